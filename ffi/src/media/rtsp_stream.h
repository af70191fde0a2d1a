// The way of a mount's frames into the media that its clients share.
#pragma once

#include <gst/app/gstappsrc.h>

#include <mutex>
#include <string>

#include "core/frame.h"
#include "media/encoder.h"

namespace lineside {

class RtspStream {
 public:
  explicit RtspStream(EncoderOptions options) : options_(std::move(options)) {}
  ~RtspStream();

  void choose(const EncoderChoice& choice);

  // To the media, if there is one. False: nobody watches, or the encoder cannot keep up.
  bool push(const FramePtr& frame);

  // The elements of a media, floating; null before the first frame.
  GstElement* create();
  void unprepared(GstElement* bin);
  void end();  // tells the clients that no more will come

  struct Counts {
    uint64_t sent = 0;
    uint64_t unwatched = 0;
    uint64_t late = 0;  // the encoder had not taken those before yet
    bool watched = false;
    std::string encoder;
  };
  Counts counts() const;

 private:
  void forget();  // under the lock

  const EncoderOptions options_;
  mutable std::mutex mutex_;
  EncoderChoice choice_;
  int width_ = 0;  // of the frames, once there was one
  int height_ = 0;
  GstElement* bin_ = nullptr;     // of the media there is; not owned, to compare with
  GstElement* source_ = nullptr;  // its appsrc
  std::string caps_;
  double pts_zero_ = 0;    // a frame's pts minus its media's running time
  double last_time_ = -1;  // running time of the frame before
  double last_key_ = -1;
  Counts counts_;
};

}  // namespace lineside
