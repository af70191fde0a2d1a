// One picture stream of an RTSP server: encoded once, and only while somebody watches.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "media/encoder.h"
#include "media/rtsp_server.h"
#include "media/rtsp_stream.h"
#include "media/sink.h"

namespace lineside {

struct RtspMountOptions {
  std::shared_ptr<RtspServer> server;
  std::string path;
  EncoderOptions encoder;
};

class RtspMount : public Sink {
 public:
  RtspMount(Runtime& runtime, RtspMountOptions options);

  void start() override;
  // Answers at once: the newest frames go to the encoder, none waits for it.
  void push(Pushed pushed) override;
  void close() override;
  std::string stats() const override;

 private:
  void opened(const Failure* failure);

  const RtspMountOptions options_;
  const std::shared_ptr<RtspStream> stream_;  // its media share it, and may outlive us
  mutable std::mutex mutex_;
  bool mounted_ = false;  // from the first frame on, which tells the size
  bool open_ = false;
  bool closing_ = false;
};

// The factory of kind "rtsp".
std::shared_ptr<Sink> make_rtsp_mount(Runtime& runtime, Config& config);

}  // namespace lineside
