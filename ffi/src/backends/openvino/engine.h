// A compiled model and its infer requests.
#pragma once

#include <nlohmann/json.hpp>
#include <openvino/openvino.hpp>
#include <string>
#include <vector>

#include "backends/openvino/settings.h"
#include "lineside_backend.h"

namespace lineside {

// One for the process: it holds the plug-ins and their threads. Never destroyed, because threads of
// OpenVINO's outlive static objects at exit.
ov::Core& openvino_core();

class OpenvinoEngine {
 public:
  explicit OpenvinoEngine(const Settings& settings);

  const std::string& info() const { return info_; }
  uint32_t request_count() const { return static_cast<uint32_t>(requests_.size()); }
  uint32_t input_count() const { return static_cast<uint32_t>(model_.inputs().size()); }
  uint32_t output_count() const { return static_cast<uint32_t>(model_.outputs().size()); }
  void input(uint32_t request, uint32_t index, ls_backend_tensor* out);
  void output(uint32_t request, uint32_t index, ls_backend_tensor* out);
  void start(uint32_t request, ls_backend_done done, void* user);

 private:
  ov::InferRequest& at(uint32_t request);
  // Changes the model as far as its reader can do with something faster.
  std::shared_ptr<ov::Model> fitted(std::shared_ptr<ov::Model> model, const Settings& settings);
  void describe(const Settings& settings, bool quantized, double seconds);

  ov::CompiledModel model_;
  std::vector<ov::InferRequest> requests_;
  std::vector<std::string> input_names_, output_names_;
  nlohmann::json head_;  // null unless it was cut off
  bool native_input_ = false, native_outputs_ = false;
  std::string info_;
};

}  // namespace lineside
