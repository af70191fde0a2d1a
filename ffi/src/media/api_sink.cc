// The entry points ls_sink_open and ls_sink_push.
#include "core/c_api.h"
#include "core/error.h"
#include "media/recorder.h"
#include "media/rtsp_mount.h"
#include "media/rtsp_server.h"
#include "media/sink.h"

namespace lineside {

std::shared_ptr<Sink> make_sink(Runtime& runtime, const char* text) {
  using Factory = std::shared_ptr<Sink> (*)(Runtime&, Config&);
  static const std::vector<std::string> kinds = {"record", "rtsp-server", "rtsp"};
  constexpr Factory factories[] = {make_recorder, make_rtsp_server, make_rtsp_mount};
  Config config(text, "sink");
  config.string("kind");  // required
  return factories[config.choice("kind", 0, kinds)](runtime, config);
}

}  // namespace lineside

using namespace lineside;

int32_t ls_sink_open(ls_runtime* runtime, const char* config, ls_handle* out, ls_error* error) {
  return guarded(error, [&] {
    require(config, "config");
    require(out, "out");
    Runtime& owner = runtime_of(runtime);
    const std::shared_ptr<Sink> sink = make_sink(owner, config);
    *out = owner.add(sink);
    sink->start();
  });
}

int32_t ls_sink_push(ls_runtime* runtime, ls_handle sink, ls_handle frame, uint32_t token) {
  return guarded(nullptr, [&] {
    Runtime& owner = runtime_of(runtime);
    const auto target = owner.find<Sink>(sink, "sink");
    FramePtr picture = owner.take_frame(frame);
    target->push({frame, std::move(picture), token});
  });
}
