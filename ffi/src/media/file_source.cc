#include "media/file_source.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>

#include "media/file_check.h"

namespace lineside {
namespace {

// Frames that are this little before `start` or `stop` count as at it: times are rounded on the
// way through containers.
constexpr double kSlack = 0.0005;

constexpr double kPatience = 20;  // seconds without a picture, a fault or an end

const char* format_name(ls_pixel_format format) {
  constexpr const char* names[] = {"none", "NV12", "I420", "YUYV", "GREY", "RGB", "BGR"};
  return names[format];
}

// Only real time drops: a file read at leisure waits, whatever its policy.
DropPolicy effective_policy(const FileOptions& options) {
  return options.realtime ? options.policy : DropPolicy::kBlock;
}

}  // namespace

FileSource::FileSource(Runtime& runtime, FileOptions options)
    : Source(runtime),
      options_(std::move(options)),
      gate_(effective_policy(options_), options_.queue,
            [this](FramePtr frame) { this->runtime().give(*this, std::move(frame)); }) {}

FileSource::~FileSource() {
  if (thread_.joinable()) thread_.join();
}

void FileSource::start() {
  thread_ = std::thread([this] { run(); });
}

void FileSource::close() {
  std::lock_guard<std::mutex> lock(mutex_);
  closing_ = true;
  closing_changed_.notify_all();
  gate_.close();
  if (decoder_) decoder_->pipeline().wake();
}

void FileSource::run() {
  try {
    check_readable(options_.location);
    auto decoder = std::make_unique<FileDecoder>(
        options_, [this](const FileDecoder::Decoded& decoded) { return take(decoded); });
    {
      std::lock_guard<std::mutex> lock(mutex_);
      decoder_ = std::move(decoder);
    }
    play();
  } catch (...) {
    finish_with(current_failure());
  }
  std::unique_ptr<FileDecoder> decoder;
  {
    std::unique_lock<std::mutex> lock(mutex_);
    decoder = std::move(decoder_);
  }
  decoder.reset();  // frames that are still held keep their own memory
  {
    std::unique_lock<std::mutex> lock(mutex_);
    closing_changed_.wait(lock, [this] { return closing_; });
  }
  runtime().closed(*this);
}

void FileSource::play() {
  Pipeline& pipeline = decoder_->pipeline();
  alive_ = ls_now();
  pipeline.set_state(GST_STATE_PAUSED);  // if it fails at once, the reason is on the bus
  while (phase_ != Phase::kOver) {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      if (closing_) return;
    }
    const MessagePtr message = pipeline.pop(1);
    if (!message) {
      if (stalled()) {
        finish_with({LS_ERR_FORMAT, options_.location + ": nothing more comes out of the decoder"});
      }
      continue;
    }
    switch (GST_MESSAGE_TYPE(message.get())) {
      case GST_MESSAGE_ERROR:
        finish_with(decoder_->explain(message.get()));
        break;
      case GST_MESSAGE_ASYNC_DONE:
        prerolled();
        break;
      case GST_MESSAGE_EOS:
        pass_ended();
        break;
      default:
        decoder_->note(message.get());
    }
  }
}

// Some damaged files make demuxers stop without a word.
bool FileSource::stalled() const { return !taking_ && ls_now() - alive_ > kPatience; }

void FileSource::prerolled() {
  alive_ = ls_now();
  if (phase_ == Phase::kPlaying) return;  // after a loop's seek
  if (phase_ == Phase::kOpening && (options_.start > 0 || options_.stop)) {
    phase_ = Phase::kSeeking;
    if (decoder_->seek(options_.start, options_.stop)) return;
    // A format that cannot seek is decoded from its beginning; take() skips up to `start`.
  }
  const FileDecoder::Facts facts = decoder_->facts();
  if (!facts.video) return finish_with(decoder_->no_video());  // prerolled by an early end
  {
    std::lock_guard<std::mutex> lock(mutex_);
    facts_ = facts;
  }
  if (facts.fps > 0) step_ = 1 / facts.fps;
  if (passes_ == 0) {
    nlohmann::json json = {{"width", facts.width}, {"height", facts.height},
                           {"codec", facts.codec}, {"format", format_name(facts.format)},
                           {"frames", nullptr},    {"fps", nullptr},
                           {"duration", nullptr},  {"decoder", facts.decoder}};
    if (facts.fps > 0) json["fps"] = facts.fps;
    if (facts.duration >= 0) json["duration"] = facts.duration;
    runtime().opened(*this, json.dump());
  }
  phase_ = Phase::kPlaying;
  decoder_->pipeline().set_state(GST_STATE_PLAYING);
}

void FileSource::pass_ended() {
  passes_++;
  std::string how;
  const bool another = options_.loop == 0 || passes_ < options_.loop;
  if (pass_first_ < 0 || ended_early(&how) || !another) return finish_at_end();
  offset_ = offset_ + (pass_end_ - pass_first_);
  pass_first_ = -1;
  pass_end_ = -1;
  if (decoder_->seek(options_.start, options_.stop)) return;
  // No seeking in this format: from the top, by opening it anew.
  phase_ = Phase::kSeeking;
  Pipeline& pipeline = decoder_->pipeline();
  pipeline.set_state(GST_STATE_READY);
  pipeline.set_state(GST_STATE_PAUSED);
}

void FileSource::finish_at_end() {
  std::string how;
  if (number_ == 0) {
    finish_with({LS_ERR_FORMAT, options_.location + ": no picture in it could be decoded"});
  } else if (ended_early(&how)) {
    finish_with({LS_ERR_FORMAT, options_.location + ": " + how});
  } else {
    phase_ = Phase::kOver;
    gate_.finish([this] { runtime().end(*this); });
  }
}

void FileSource::finish_with(Failure failure) {
  phase_ = Phase::kOver;
  gate_.finish([this, failure] { runtime().failed(*this, failure.status, failure.message); });
}

// Demuxers take the end of a cut-off file for the end of the stream: it must not pass for whole.
bool FileSource::ended_early(std::string* how) const {
  const double end = pass_end_;
  if (options_.stop && end >= *options_.stop - 1) return false;
  const std::string missing = missing_bytes(options_.location);
  char text[96];
  std::snprintf(text, sizeof(text), "the pictures end at %.2f s of %.2f s", std::max(0.0, end),
                facts_.duration);
  if (!missing.empty()) {
    *how = missing + "; " + text;
    return true;
  }
  // Sound may outlast the pictures, and estimated durations are rough.
  if (facts_.duration < 0 || decoder_->has_other_streams()) return false;
  if (end >= facts_.duration - std::max(1.0, 0.05 * facts_.duration)) return false;
  *how = std::string("the file is cut off or damaged: ") + text;
  return true;
}

bool FileSource::take(const FileDecoder::Decoded& decoded) {
  struct Presence {
    explicit Presence(FileSource& source) : source(source) { source.taking_ = true; }
    ~Presence() {
      source.alive_ = ls_now();
      source.taking_ = false;
    }
    FileSource& source;
  } const presence(*this);
  const double step = decoded.duration > 0 ? decoded.duration : step_.load();
  double pts = decoded.pts;
  // Elementary streams may carry no times.
  if (pts < 0) pts = pass_end_ >= 0 ? pass_end_.load() : options_.start;
  if (pts < options_.start - kSlack) return true;
  if (options_.stop && pts >= *options_.stop - kSlack) return false;
  if (pass_first_ < 0) pass_first_ = pts;
  pass_end_ = pts + step;

  auto frame = std::make_shared<Frame>();
  frame->picture = picture_of(decoded.buffer, decoded.info);
  frame->pts = pts + offset_;
  frame->number = static_cast<double>(number_++);
  if (decoded.corrupted) corrupted_++;
  if (options_.realtime) {
    if (epoch_ < 0) epoch_ = ls_now() - frame->pts;
    if (!wait_until(epoch_ + frame->pts)) return false;
  }
  frame->captured = ls_now();
  return gate_.push(std::move(frame));
}

bool FileSource::wait_until(double due) {
  std::unique_lock<std::mutex> lock(mutex_);
  const double ahead = due - ls_now();
  if (ahead > 0) {
    closing_changed_.wait_for(lock, std::chrono::duration<double>(ahead),
                              [this] { return closing_; });
  }
  return !closing_;
}

std::string FileSource::stats() const {
  const Gate::Counts counts = gate_.counts();
  nlohmann::json json = {
      {"kind", "file"},
      {"location", options_.location},
      {"decoded", number_.load()},
      {"given", counts.given},
      {"corrupted", corrupted_.load()},
      {"passes", passes_.load()},
      {"queue", {{"depth", counts.waiting}, {"peak", counts.peak}, {"size", options_.queue}}},
      {"credit", counts.credit},
      {"drops",
       {{"drop-oldest", counts.dropped_oldest},
        {"drop-newest", counts.dropped_newest},
        {"closed", counts.dropped_closed}}}};
  std::lock_guard<std::mutex> lock(mutex_);
  json["codec"] = facts_.codec;
  json["decoder"] = facts_.decoder;
  return json.dump();
}

std::shared_ptr<Source> make_file_source(Runtime& runtime, Config& config) {
  FileOptions options = parse_file_options(config);
  config.finish();
  return std::make_shared<FileSource>(runtime, std::move(options));
}

}  // namespace lineside
