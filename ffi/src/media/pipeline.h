// A GStreamer pipeline without a main loop: its owner pops the messages.
#pragma once

#include "media/gst.h"

namespace lineside {

class Pipeline {
 public:
  Pipeline();
  ~Pipeline();  // stops it
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  // Adds an element that stays valid as long as the pipeline.
  GstElement* add(const char* factory, const char* name = nullptr);

  GstElement* get() const { return pipeline_.get(); }
  GstBin* bin() const { return GST_BIN(pipeline_.get()); }
  bool set_state(GstState state);  // false: failed at once; the reason is on the bus

  // Waits for a message, at most `seconds` (negative: for ever). Null: time is up.
  MessagePtr pop(double seconds);
  // Makes pop() return a GST_MESSAGE_APPLICATION, from any thread.
  void wake();

  // NULL state, which waits for GStreamer's threads. Idempotent.
  void stop();

 private:
  ElementPtr pipeline_;
  BusPtr bus_;
};

}  // namespace lineside
