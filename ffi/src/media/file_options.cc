#include "media/file_options.h"

namespace lineside {

FileOptions parse_file_options(Config& config) {
  FileOptions options;
  options.location = config.string("location");
  if (options.location.empty()) config.fail("location", "is empty, expected a path");
  options.realtime = config.boolean("realtime", false);
  options.loop = static_cast<uint32_t>(config.integer("loop", 1, 0, UINT32_MAX));
  options.start = config.number("start", 0, 0, 1e9);
  if (config.has("stop")) options.stop = config.number("stop", 0, 0, 1e9);
  if (options.stop && *options.stop <= options.start) {
    config.fail("stop", "must be greater than start");
  }
  options.queue = static_cast<uint32_t>(config.integer("queue", 4, 1, 1024));
  options.policy = static_cast<DropPolicy>(
      config.choice("policy", 0, {"block", "drop-oldest", "drop-newest", "latest"}));
  constexpr ls_pixel_format formats[] = {LS_NONE, LS_NV12, LS_I420, LS_GREY, LS_RGB};
  options.format = formats[config.choice("format", 0, {"auto", "NV12", "I420", "GREY", "RGB"})];
  options.threads = static_cast<uint32_t>(config.integer("threads", 1, 1, 64));
  return options;
}

}  // namespace lineside
