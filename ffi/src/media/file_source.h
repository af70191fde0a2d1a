// A video file as a source.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "media/file_decoder.h"
#include "media/file_options.h"
#include "media/gate.h"
#include "media/source.h"

namespace lineside {

class FileSource : public Source {
 public:
  FileSource(Runtime& runtime, FileOptions options);
  ~FileSource() override;

  void start() override;
  void credit(uint32_t frames) override { gate_.credit(frames); }
  void close() override;
  std::string stats() const override;

 private:
  enum class Phase : uint8_t { kOpening, kSeeking, kPlaying, kOver };

  void run();   // the source's own thread: opening, messages, loops, closing
  void play();  // until the end, a fault or close()
  bool stalled() const;
  void prerolled();
  void pass_ended();
  void finish_with(Failure failure);
  void finish_at_end();
  bool ended_early(std::string* how) const;
  bool take(const FileDecoder::Decoded& decoded);  // the streaming thread
  bool wait_until(double due);

  const FileOptions options_;
  std::thread thread_;
  mutable std::mutex mutex_;  // of closing_, decoder_, facts_, note_
  std::condition_variable closing_changed_;
  bool closing_ = false;
  std::unique_ptr<FileDecoder> decoder_;
  FileDecoder::Facts facts_;
  Gate gate_;

  Phase phase_ = Phase::kOpening;  // run()'s

  // The streaming thread's while a pass runs, run()'s between passes; atomic for stats() and
  // because GStreamer's hand-over between the two is not visible to a race detector.
  std::atomic<uint64_t> number_{0};     // of the next frame
  std::atomic<uint64_t> corrupted_{0};  // damaged pictures, given all the same
  std::atomic<uint32_t> passes_{0};     // completed
  std::atomic<double> offset_{0};       // added to pts: earlier passes' length
  std::atomic<double> pass_first_{-1};  // pts of this pass's first frame
  std::atomic<double> pass_end_{-1};    // pts + duration of its last one
  std::atomic<double> step_{0.04};      // seconds from picture to picture, if one does not say
  std::atomic<bool> taking_{false};     // the streaming thread is with us, not in the decoder
  std::atomic<double> alive_{0};        // ls_now() when it was last, or when opening began
  std::atomic<double> epoch_{-1};       // ls_now() at which pts 0 is due, in real time
};

// The factory of kind "file".
std::shared_ptr<Source> make_file_source(Runtime& runtime, Config& config);

}  // namespace lineside
