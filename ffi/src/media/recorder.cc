#include "media/recorder.h"

#include <fcntl.h>
#include <gst/app/gstappsrc.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#include "media/gst_picture.h"
#include "media/messages.h"

namespace lineside {
namespace {

constexpr int kQueue = 2;             // pictures that may wait for the encoder
constexpr size_t kMostPending = 256;  // pushed and not yet answered: far beyond any sane caller
constexpr double kKeyInterval = 1.0;  // seconds
constexpr double kFinalizeWithin = 1.5;

}  // namespace

Recorder::Recorder(Runtime& runtime, RecorderOptions options)
    : Sink(runtime), options_(std::move(options)) {}

Recorder::~Recorder() {
  if (thread_.joinable()) thread_.join();
}

void Recorder::start() {
  thread_ = std::thread([this] { run(); });
}

void Recorder::push(Pushed pushed) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (closing_) throw Error(LS_ERR_CLOSED, "the recording is closing");
  if (pending_.size() >= kMostPending) {
    throw Error(LS_ERR_ARGUMENT, "256 frames are waiting to be recorded: await their LS_DONE");
  }
  pending_.push_back(std::move(pushed));
  changed_.notify_all();
}

void Recorder::close() {
  std::lock_guard<std::mutex> lock(mutex_);
  closing_ = true;
  changed_.notify_all();
}

void Recorder::run() {
  try {
    open();
  } catch (...) {
    fail(current_failure());
  }
  work();
  finalize();
  runtime().closed(*this);
}

void Recorder::open() {
  start_gstreamer();
  const EncoderChoice choice = choose_encoder(options_.encoder.name);
  // Created at once: a folder that cannot be written to is told before the first frame.
  const int file =
      ::open(options_.location.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0644);
  struct stat status {};
  if (file < 0 || fstat(file, &status) != 0) {
    const int reason = errno;
    if (file >= 0) ::close(file);
    throw Error(LS_ERR_IO,
                options_.location + ": cannot be written (" + std::strerror(reason) + ")");
  }
  ::close(file);
  device_ = status.st_dev;
  inode_ = status.st_ino;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    choice_ = choice;
  }
  const nlohmann::json json = {
      {"location", options_.location}, {"encoder", choice.factory}, {"hardware", choice.hardware}};
  runtime().opened(*this, json.dump());
}

void Recorder::work() {
  for (;;) {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(1), [this] {
      return fault_ || (!pending_.empty() && (queued_ < kQueue || failed_)) ||
             (closing_ && pending_.empty());
    });
    if (fault_) {
      Failure fault = std::move(*fault_);
      fault_.reset();
      lock.unlock();
      fail(std::move(fault));
      continue;
    }
    if (!pending_.empty() && (queued_ < kQueue || failed_)) {
      Pushed pushed = std::move(pending_.front());
      pending_.pop_front();
      const std::optional<Failure> failed = failed_;
      lock.unlock();
      if (failed) {
        answer(std::move(pushed), failed->status, failed->message);
      } else {
        encode(std::move(pushed));
      }
    } else if (closing_ && pending_.empty()) {
      return;
    } else {
      lock.unlock();
    }
    check_still_there();
  }
}

void Recorder::encode(Pushed pushed) {
  const Picture& picture = pushed.frame->picture;
  try {
    if (!pipeline_) build(picture);
    if (picture.width != width_ || picture.height != height_) {
      throw Error(LS_ERR_FORMAT, "this frame is " + std::to_string(picture.width) + "x" +
                                     std::to_string(picture.height) + ", the recording is " +
                                     std::to_string(width_) + "x" + std::to_string(height_));
    }
    const CapsPtr caps = caps_of(picture, options_.encoder.fps);
    const GString8 text(gst_caps_to_string(caps.get()));
    if (caps_ != text.get()) {
      gst_app_src_set_caps(GST_APP_SRC(chain_.source), caps.get());
      caps_ = text.get();
    }
    // A file's times rise: after a source's restart they go on from the last.
    const double step = options_.encoder.fps > 0 ? 1 / options_.encoder.fps : 0.04;
    double pts = pushed.frame->pts - first_pts_;
    if (last_pts_ >= 0 && pts <= last_pts_) {
      first_pts_ = pushed.frame->pts - (last_pts_ + step);
      pts = last_pts_ + step;
    }
    if (last_pts_ >= 0) step_ = pts - last_pts_;
    last_pts_ = pts;
    if (last_key_ < 0 || pts - last_key_ >= kKeyInterval - step / 2) {
      if (last_key_ >= 0) request_key_frame(chain_.source);
      last_key_ = pts;
    }
    BufferPtr buffer = buffer_of(picture);
    GST_BUFFER_PTS(buffer.get()) = clock_time(pts);
    GST_BUFFER_DURATION(buffer.get()) = clock_time(step);
    {
      std::lock_guard<std::mutex> lock(mutex_);
      queued_++;
      frames_++;
    }
    gst_app_src_push_buffer(GST_APP_SRC(chain_.source), buffer.release());
  } catch (...) {
    const Failure failure = current_failure();
    return answer(std::move(pushed), failure.status, failure.message);
  }
  answer(std::move(pushed));
}

void Recorder::build(const Picture& picture) {
  auto pipeline = std::make_unique<Pipeline>();
  chain_ =
      add_encode_chain(pipeline->bin(), choice_, options_.encoder, picture.width, picture.height);
  GstElement* mux = pipeline->add("mp4mux");
  GstElement* file = pipeline->add("filesink");
  g_object_set(chain_.source, "max-buffers", static_cast<guint64>(kQueue), nullptr);
  g_object_set(mux, "fragment-duration", static_cast<guint>(options_.fragment * 1000), nullptr);
  // Unbuffered: nothing that has been written waits in this process when it is killed.
  g_object_set(file, "location", options_.location.c_str(), "async", FALSE, "sync", FALSE,
               "buffer-mode", 2, "enable-last-sample", FALSE, nullptr);
  if (!gst_element_link_many(chain_.parser, mux, file, nullptr)) {
    throw Error(LS_ERR_INTERNAL, "the recording pipeline cannot be linked");
  }
  const PadPtr pad(gst_element_get_static_pad(chain_.source, "src"));
  gst_pad_add_probe(pad.get(), GST_PAD_PROBE_TYPE_BUFFER, buffer_left, this, nullptr);
  const PadPtr parsed(gst_element_get_static_pad(chain_.parser, "src"));
  gst_pad_add_probe(parsed.get(), GST_PAD_PROBE_TYPE_BUFFER, coded, this, nullptr);
  const BusPtr bus(gst_element_get_bus(pipeline->get()));
  gst_bus_set_sync_handler(bus.get(), on_message, this, nullptr);
  width_ = picture.width;
  height_ = picture.height;
  pipeline_ = std::move(pipeline);
  pipeline_->set_state(GST_STATE_PLAYING);
}

void Recorder::finalize() {
  if (pipeline_) {
    std::unique_lock<std::mutex> lock(mutex_);
    if (!failed_ && !fault_) {
      lock.unlock();
      gst_app_src_end_of_stream(GST_APP_SRC(chain_.source));
      lock.lock();
      changed_.wait_for(lock, std::chrono::duration<double>(kFinalizeWithin),
                        [this] { return finished_ || fault_; });
      if (!finished_ && !fault_) {
        fault_ = {LS_ERR_DEVICE, options_.location +
                                     ": the encoder did not finish in time; the "
                                     "file plays up to its last fragment"};
      }
    }
    const std::optional<Failure> fault = fault_;
    lock.unlock();
    if (fault) fail(*fault);
    pipeline_.reset();
  }
  struct stat status {};
  if (frames_ == 0 && inode_ != 0 && stat(options_.location.c_str(), &status) == 0 &&
      status.st_ino == inode_ && status.st_size == 0) {
    unlink(options_.location.c_str());  // no frame came: no file
  }
}

// Writing goes on into a file whose folder was removed, and nobody would ever find it.
void Recorder::check_still_there() {
  const double now = ls_now();
  if (now - checked_ < 1 || inode_ == 0) return;
  checked_ = now;
  struct stat status {};
  if (stat(options_.location.c_str(), &status) == 0 && status.st_ino == inode_ &&
      status.st_dev == device_) {
    return;
  }
  inode_ = 0;
  fail({LS_ERR_IO, options_.location + ": was removed or replaced while it was being recorded"});
}

void Recorder::fail(Failure failure) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (failed_) return;
    failed_ = failure;
  }
  runtime().failed(*this, failure.status, std::move(failure.message));
}

GstBusSyncReply Recorder::on_message(GstBus*, GstMessage* message, gpointer self) {
  auto& recorder = *static_cast<Recorder*>(self);
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) {
    Failure failure = describe_message(message);
    failure.message = recorder.options_.location + ": " + failure.message;
    std::lock_guard<std::mutex> lock(recorder.mutex_);
    if (!recorder.fault_) recorder.fault_ = std::move(failure);
    recorder.changed_.notify_all();
  } else if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS) {
    std::lock_guard<std::mutex> lock(recorder.mutex_);
    recorder.finished_ = true;
    recorder.changed_.notify_all();
  }
  gst_message_unref(message);
  return GST_BUS_DROP;
}

GstPadProbeReturn Recorder::buffer_left(GstPad*, GstPadProbeInfo*, gpointer self) {
  auto& recorder = *static_cast<Recorder*>(self);
  std::lock_guard<std::mutex> lock(recorder.mutex_);
  recorder.queued_--;
  recorder.changed_.notify_all();
  return GST_PAD_PROBE_OK;
}

// mp4mux gives the last sample its own duration, and for a variable rate h264parse makes that
// nothing: a player that believes the file's length then leaves the last picture out.
GstPadProbeReturn Recorder::coded(GstPad*, GstPadProbeInfo* info, gpointer self) {
  GstBuffer* buffer = gst_buffer_make_writable(GST_PAD_PROBE_INFO_BUFFER(info));
  GST_BUFFER_DURATION(buffer) = clock_time(static_cast<Recorder*>(self)->step_);
  GST_PAD_PROBE_INFO_DATA(info) = buffer;
  return GST_PAD_PROBE_OK;
}

std::string Recorder::stats() const {
  struct stat status {};
  const bool there = stat(options_.location.c_str(), &status) == 0;
  std::lock_guard<std::mutex> lock(mutex_);
  const nlohmann::json json = {
      {"kind", "record"},
      {"location", options_.location},
      {"encoder", choice_.factory},
      {"frames", frames_},
      {"bytes", there ? static_cast<uint64_t>(status.st_size) : 0},
      {"queue", {{"depth", pending_.size() + static_cast<size_t>(queued_)}, {"size", kQueue}}},
      {"failed", failed_ ? failed_->message : ""}};
  return json.dump();
}

std::shared_ptr<Sink> make_recorder(Runtime& runtime, Config& config) {
  RecorderOptions options;
  options.location = config.string("location");
  if (options.location.empty()) config.fail("location", "is empty, expected a path");
  options.encoder.name = config.string("encoder", "auto");
  options.encoder.fps = config.number("fps", 0, 0, 1000);
  options.encoder.bitrate = static_cast<uint32_t>(config.integer("bitrate", 0, 0, 1000000));
  options.fragment = config.number("fragment", 0.5, 0.04, 60);
  config.finish();
  return std::make_shared<Recorder>(runtime, std::move(options));
}

}  // namespace lineside
