// H.264 into a fragmented MP4 file: what is written can be played, whenever the process ends.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "core/error.h"
#include "media/encoder.h"
#include "media/pipeline.h"
#include "media/sink.h"

namespace lineside {

struct RecorderOptions {
  std::string location;
  EncoderOptions encoder;
  double fragment = 0.5;  // seconds
};

class Recorder : public Sink {
 public:
  Recorder(Runtime& runtime, RecorderOptions options);
  ~Recorder() override;

  void start() override;
  void push(Pushed pushed) override;
  void close() override;
  std::string stats() const override;

 private:
  void run();  // the sink's own thread
  void open();
  void work();
  void encode(Pushed pushed);
  void build(const Picture& picture);
  void finalize();
  void check_still_there();
  void fail(Failure failure);
  static GstBusSyncReply on_message(GstBus*, GstMessage* message, gpointer self);
  static GstPadProbeReturn buffer_left(GstPad*, GstPadProbeInfo*, gpointer self);
  static GstPadProbeReturn coded(GstPad*, GstPadProbeInfo* info, gpointer self);

  const RecorderOptions options_;
  std::thread thread_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  // Under the lock:
  std::deque<Pushed> pending_;
  std::optional<Failure> fault_;  // from GStreamer, not yet reported
  std::optional<Failure> failed_;
  bool closing_ = false;
  bool finished_ = false;           // EOS has reached the file
  std::atomic<double> step_{0.04};  // seconds from the last picture but one to the last
  int queued_ = 0;                  // buffers between us and the encoder
  uint64_t frames_ = 0;
  EncoderChoice choice_;

  // The thread's own:
  std::unique_ptr<Pipeline> pipeline_;
  EncodeChain chain_;
  int width_ = 0;
  int height_ = 0;
  std::string caps_;
  double first_pts_ = 0;
  double last_pts_ = -1;  // relative to the first
  double last_key_ = -1;
  double checked_ = 0;
  uint64_t device_ = 0;  // of the file, to notice that it is gone
  uint64_t inode_ = 0;
};

// The factory of kind "record".
std::shared_ptr<Sink> make_recorder(Runtime& runtime, Config& config);

}  // namespace lineside
