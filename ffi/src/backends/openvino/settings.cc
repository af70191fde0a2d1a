#include "backends/openvino/settings.h"

#include "core/config.h"

namespace lineside {

Settings parse_settings(const char* config) {
  Config reader(config, "engine");
  Settings settings;
  settings.model = reader.string("model");
  settings.device = reader.string("device", "CPU");
  if (settings.device.empty() || settings.device == "auto") settings.device = "CPU";
  settings.cache = reader.string("cache", "");
  settings.precision = static_cast<Precision>(
      reader.choice("precision", 0, {"auto", "fp32", "bf16", "fp16", "int8"}));
  settings.streams = static_cast<int>(reader.integer("streams", 0, 0, 256));
  settings.threads = static_cast<int>(reader.integer("threads", 0, 0, 1024));
  settings.batch = static_cast<int>(reader.integer("batch", 1, 1, 1024));
  settings.native_input = reader.choice("input", 0, {"model", "native"}) == 1;
  settings.native_decode = reader.choice("decode", 0, {"model", "native"}) == 1;
  settings.native_outputs = reader.choice("outputs", 0, {"model", "native"}) == 1;
  for (double extent : reader.numbers("inputShape", {})) {
    if (extent < 1 || extent > 65536 || extent != static_cast<double>(static_cast<int>(extent))) {
      reader.fail("inputShape", "expected whole numbers from 1 to 65536");
    }
    settings.input_shape.push_back(static_cast<int64_t>(extent));
  }
  return settings;
}

}  // namespace lineside
