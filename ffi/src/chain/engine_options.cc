#include "chain/engine.h"
#include "core/config.h"

namespace lineside {

EngineOptions parse_engine_options(const char* config) {
  Config reader(config, "engine");
  EngineOptions options;
  options.model = reader.string("model");
  if (options.model.empty()) reader.fail("model", "expected a path, found \"\"");
  const std::vector<std::string> backends = {"auto", "openvino", "tensorrt"};
  options.backend = backends[reader.choice("backend", 0, backends)];
  reader.choice("precision", 0, {"auto", "fp32", "bf16", "fp16", "int8"});
  reader.string("device", "");
  reader.integer("streams", 0, 0, 256);
  reader.integer("threads", 0, 0, 1024);
  options.batch = static_cast<int>(reader.integer("batch", 1, 1, 1024));
  options.max_delay = reader.number("maxDelay", 0, 0, 60);
  reader.string("cache", "");
  reader.numbers("inputShape", {});
  reader.choice("input", 0, {"model", "native"});
  reader.choice("decode", 0, {"model", "native"});
  reader.choice("outputs", 0, {"model", "native"});
  reader.finish();
  options.json = config;
  return options;
}

}  // namespace lineside
