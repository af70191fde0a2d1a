#include "media/rtsp_mount.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "media/rtsp_factory.h"

namespace lineside {

RtspMount::RtspMount(Runtime& runtime, RtspMountOptions options)
    : Sink(runtime),
      options_(std::move(options)),
      stream_(std::make_shared<RtspStream>(options_.encoder)) {}

void RtspMount::start() {
  // Alive until then: the server tells everyone who waits before it closes.
  auto self = std::static_pointer_cast<RtspMount>(shared_from_this());
  options_.server->when_open([self](const Failure* failure) { self->opened(failure); });
}

void RtspMount::opened(const Failure* failure) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (closing_) return;
  try {
    if (failure) throw Error(failure->status, failure->message);
    const EncoderChoice choice = choose_encoder(options_.encoder.name);
    stream_->choose(choice);
    open_ = true;
    runtime().opened(*this, nlohmann::json({{"url", options_.server->url(options_.path)},
                                            {"encoder", choice.factory},
                                            {"hardware", choice.hardware}})
                                .dump());
  } catch (...) {
    const Failure reason = current_failure();
    runtime().failed(*this, reason.status, reason.message);
  }
}

void RtspMount::push(Pushed pushed) {
  std::unique_lock<std::mutex> lock(mutex_);
  if (closing_) throw Error(LS_ERR_CLOSED, "the RTSP stream is closing");
  stream_->push(pushed.frame);
  if (open_ && !mounted_) {
    mounted_ = true;
    GstRTSPMediaFactory* factory =
        new_media_factory({[stream = stream_] { return stream->create(); },
                           [stream = stream_](GstElement* bin) { stream->unprepared(bin); }});
    options_.server->add(options_.path, factory);
    g_object_unref(factory);
  }
  lock.unlock();
  answer(std::move(pushed));
}

void RtspMount::close() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    closing_ = true;
  }
  options_.server->remove(options_.path);
  stream_->end();
  runtime().closed(*this);
}

std::string RtspMount::stats() const {
  const RtspStream::Counts counts = stream_->counts();
  return nlohmann::json({{"kind", "rtsp"},
                         {"url", options_.server->url(options_.path)},
                         {"encoder", counts.encoder},
                         {"watched", counts.watched},
                         {"frames", counts.sent},
                         {"drops", {{"unwatched", counts.unwatched}, {"encoder", counts.late}}}})
      .dump();
}

std::shared_ptr<Sink> make_rtsp_mount(Runtime& runtime, Config& config) {
  RtspMountOptions options;
  options.path = config.string("path");
  if (options.path.size() < 2 || options.path[0] != '/') {
    config.fail("path", "is \"" + options.path + "\", expected / and a name");
  }
  if (options.path.find_first_of(" \t\r\n?#\\\"") != std::string::npos) {
    config.fail("path", "has a character that cannot stand in an RTSP address");
  }
  options.encoder.name = config.string("encoder", "auto");
  options.encoder.fps = config.number("fps", 0, 0, 1000);
  options.encoder.bitrate = static_cast<uint32_t>(config.integer("bitrate", 0, 0, 1000000));
  const auto handle = static_cast<ls_handle>(config.integer("server", 0, 0, UINT32_MAX));
  config.finish();
  options.server = runtime.find<RtspServer>(handle, "rtsp-server");
  if (!options.server->reserve(options.path)) {
    throw Error(LS_ERR_CONFIG, "the RTSP server has a stream at " + options.path + " already");
  }
  return std::make_shared<RtspMount>(runtime, std::move(options));
}

}  // namespace lineside
