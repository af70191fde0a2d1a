// filesrc ! decodebin ! videoconvert ! appsink, with what it finds out about the file on its way.
#pragma once

#include <gst/app/gstappsink.h>

#include <functional>
#include <mutex>
#include <set>
#include <string>

#include "core/error.h"
#include "media/file_options.h"
#include "media/gst_picture.h"
#include "media/pipeline.h"

namespace lineside {

class FileDecoder {
 public:
  // Called on GStreamer's streaming thread for each picture, with the sample's own stream time and
  // duration (negative: unknown). False ends the stream.
  struct Decoded {
    GstBuffer* buffer;
    const GstVideoInfo& info;
    double pts;
    double duration;
    bool corrupted;
  };
  using OnPicture = std::function<bool(const Decoded&)>;

  FileDecoder(const FileOptions& options, OnPicture on_picture);
  ~FileDecoder();

  Pipeline& pipeline() { return pipeline_; }

  // Seeks to [start, stop); false where the format cannot. Not from a streaming thread.
  bool seek(double start, std::optional<double> stop);

  struct Facts {
    bool video = false;
    int width = 0;
    int height = 0;
    double fps = 0;        // 0: variable or unknown
    double duration = -1;  // seconds; negative: unknown
    std::string codec;
    std::string decoder;
    ls_pixel_format format = LS_NONE;
  };
  Facts facts();  // once prerolled

  // Other streams than video were in the file: its duration need not be the video's.
  bool has_other_streams() const;

  // To be called with each message popped; keeps what explains a later error.
  void note(GstMessage* message);
  // The reason of a GST_MESSAGE_ERROR, with what was noted.
  Failure explain(GstMessage* error);
  Failure no_video();

 private:
  static void pad_added(GstElement*, GstPad* pad, gpointer self);
  static gboolean autoplug_continue(GstElement*, GstPad*, GstCaps* caps, gpointer self);
  static void element_added(GstBin*, GstBin*, GstElement* element, gpointer self);
  static GstFlowReturn new_sample(GstAppSink* sink, gpointer self);
  static GstPadProbeReturn answer_allocation(GstPad*, GstPadProbeInfo* info, gpointer);

  const FileOptions options_;
  const OnPicture on_picture_;
  GstVideoInfo info_;              // of caps_; the streaming thread's
  GstCaps* caps_ = nullptr;        // the last sample's
  mutable std::mutex mutex_;       // of the four below
  std::set<std::string> streams_;  // media types found
  std::string missing_;            // media type without a decoder
  std::string missing_title_;
  ElementPtr decoder_;
  Pipeline pipeline_;  // last: it stops first
  GstElement* convert_ = nullptr;
  GstElement* sink_ = nullptr;
};

}  // namespace lineside
