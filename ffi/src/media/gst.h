// GStreamer started once and kept quiet, and owners for its references.
#pragma once

#include <gst/gst.h>

#include <cstdint>
#include <memory>
#include <string>

namespace lineside {

struct GstUnref {
  void operator()(GstObject* object) const { gst_object_unref(object); }
  void operator()(GstElement* element) const { gst_object_unref(element); }
  void operator()(GstBus* bus) const { gst_object_unref(bus); }
  void operator()(GstPad* pad) const { gst_object_unref(pad); }
  void operator()(GstMessage* message) const { gst_message_unref(message); }
  void operator()(GstSample* sample) const { gst_sample_unref(sample); }
  void operator()(GstBuffer* buffer) const { gst_buffer_unref(buffer); }
  void operator()(GstCaps* caps) const { gst_caps_unref(caps); }
  void operator()(GstQuery* query) const { gst_query_unref(query); }
  void operator()(gchar* text) const { g_free(text); }
};
using ElementPtr = std::unique_ptr<GstElement, GstUnref>;
using BusPtr = std::unique_ptr<GstBus, GstUnref>;
using PadPtr = std::unique_ptr<GstPad, GstUnref>;
using MessagePtr = std::unique_ptr<GstMessage, GstUnref>;
using SamplePtr = std::unique_ptr<GstSample, GstUnref>;
using BufferPtr = std::unique_ptr<GstBuffer, GstUnref>;
using CapsPtr = std::unique_ptr<GstCaps, GstUnref>;
using QueryPtr = std::unique_ptr<GstQuery, GstUnref>;
using GString8 = std::unique_ptr<gchar, GstUnref>;

// Starts GStreamer, once a process, on any thread. Nothing of it reaches stderr unless GST_DEBUG or
// G_MESSAGES_DEBUG asks for that. Throws Error(LS_ERR_UNSUPPORTED) if it cannot start.
void start_gstreamer();

// Warnings and criticals that GLib and GStreamer would have printed, since the start. Tests hold
// this at zero: each one is a fault of ours.
uint64_t suppressed_complaints();
std::string last_complaint();

// A new element that belongs to the caller; throws Error(LS_ERR_NOT_FOUND) with the package that
// has it.
ElementPtr make_element(const char* factory, const char* name = nullptr);

inline double seconds_of(GstClockTime time) {
  return static_cast<double>(time) / static_cast<double>(GST_SECOND);
}
inline GstClockTime clock_time(double seconds) {
  return seconds <= 0 ? 0 : static_cast<GstClockTime>(seconds * static_cast<double>(GST_SECOND));
}

}  // namespace lineside
