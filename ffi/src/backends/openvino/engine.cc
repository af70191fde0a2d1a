#include "backends/openvino/engine.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <openvino/runtime/intel_cpu/properties.hpp>
#include <thread>

#include "backends/openvino/failure.h"
#include "backends/openvino/fit.h"
#include "backends/openvino/focus.h"
#include "backends/openvino/head.h"
#include "backends/openvino/quantization.h"
#include "backends/openvino/read.h"
#include "backends/openvino/shapes.h"
#include "backends/openvino/split.h"
#include "core/error.h"

namespace lineside {
namespace {

using nlohmann::json;

// More than run at once, so that the next batch is ready when a stream has finished one: its
// letterbox and the last one's postprocessing overlap with inference.
int requests_for(int streams) { return 2 * streams + 2; }

ov::element::Type hint_of(Precision precision) {
  switch (precision) {
    case Precision::kFp32:
      return ov::element::f32;
    case Precision::kBf16:
      return ov::element::bf16;
    default:
      return ov::element::f16;
  }
}

// What convolutions compute in.
ov::element::Type computed_in(const Settings& settings) {
  const bool said =
      settings.precision != Precision::kAuto && settings.precision != Precision::kInt8;
  const ov::element::Type type =
      said ? hint_of(settings.precision)
           : openvino_core().get_property(settings.device, ov::hint::inference_precision);
  return type == ov::element::bf16 || type == ov::element::f16 ? type : ov::element::f32;
}

void check_precision(const Settings& settings, bool quantized) {
  if (settings.precision == Precision::kInt8 && !quantized) {
    throw Error(LS_ERR_CONFIG,
                "precision int8: " + settings.model +
                    " is not quantized (it has no Q/DQ operations): quantize it first");
  }
  const char* wanted = settings.precision == Precision::kBf16   ? "BF16"
                       : settings.precision == Precision::kFp16 ? "FP16"
                                                                : nullptr;
  if (!wanted) return;
  const auto can = openvino_core().get_property(settings.device, ov::device::capabilities);
  if (std::find(can.begin(), can.end(), wanted) != can.end()) return;
  std::string list;
  for (const auto& name : can) list += (list.empty() ? "" : ", ") + name;
  throw Error(LS_ERR_UNSUPPORTED, "precision " + std::string(wanted) + ": the device " +
                                      settings.device + " has only " + list);
}

void check_cache(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (!error && access(folder.c_str(), W_OK) != 0) error = {errno, std::generic_category()};
  if (!error) return;
  throw Error(LS_ERR_IO, "engine.cache: cannot make the folder " + folder +
                             " or write to it: " + error.message());
}

ov::AnyMap properties_of(const Settings& settings) {
  ov::AnyMap map;
  if (!settings.cache.empty()) {
    check_cache(settings.cache);
    map.insert(ov::cache_dir(settings.cache));
  }
  if (settings.precision != Precision::kAuto && settings.precision != Precision::kInt8) {
    map.insert(ov::hint::inference_precision(hint_of(settings.precision)));
  }
  if (settings.device != "CPU") {
    map.insert(ov::hint::performance_mode(ov::hint::PerformanceMode::THROUGHPUT));
    return map;
  }
  const int threads = settings.threads > 0
                          ? settings.threads
                          : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  const int streams = settings.streams > 0 ? settings.streams : threads;
  map.insert(ov::inference_num_threads(threads));
  map.insert(ov::num_streams(std::min(streams, threads)));
  // Decoders and letterboxes need the cores too: let the scheduler place threads.
  map.insert(ov::hint::enable_cpu_pinning(false));
  return map;
}

void fill(ls_backend_tensor* out, const ov::Tensor& tensor, const std::string& name) {
  *out = {};
  out->info.type = element_code(tensor.get_element_type());
  const auto& shape = tensor.get_shape();
  out->info.rank = static_cast<uint32_t>(std::min<size_t>(8, shape.size()));
  for (uint32_t i = 0; i < out->info.rank; ++i) out->info.shape[i] = shape[i];
  out->info.size = tensor.get_byte_size();
  std::strncpy(out->info.name, name.c_str(), sizeof out->info.name - 1);
  out->data = const_cast<void*>(static_cast<const ov::Tensor&>(tensor).data());
}

}  // namespace

ov::Core& openvino_core() {
  static ov::Core* core = new ov::Core();
  return *core;
}

OpenvinoEngine::OpenvinoEngine(const Settings& settings) {
  const auto begun = std::chrono::steady_clock::now();
  std::shared_ptr<ov::Model> model = read_model(settings.model);
  set_shape(*model, settings);
  const Quantization quantization = quantization_of(*model);
  const bool quantized = quantization != Quantization::kNone;
  check_precision(settings, quantized);
  model = fitted(std::move(model), settings);
  ov::AnyMap properties = properties_of(settings);
  // OpenVINO's search for what can be in integers is half of the loading, and would find nothing.
  if (quantization == Quantization::kActivations && settings.device == "CPU") {
    properties["LP_TRANSFORMS_MODE"] = "NO";
  }
  model_ = openvino_core().compile_model(model, settings.device, properties);
  for (const auto& port : model_.inputs()) input_names_.push_back(name_of(port));
  for (const auto& port : model_.outputs()) output_names_.push_back(name_of(port));

  const int streams = model_.get_property(ov::num_streams).num;
  const int count = requests_for(std::max(1, streams));
  for (int i = 0; i < count; ++i) requests_.push_back(model_.create_infer_request());
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begun;
  describe(settings, quantized, taken.count());
}

std::shared_ptr<ov::Model> OpenvinoEngine::fitted(std::shared_ptr<ov::Model> model,
                                                  const Settings& settings) {
  // What is faster was measured on this device alone.
  if (settings.device != "CPU") return model;
  const ov::element::Type type = computed_in(settings);
  if (settings.native_decode) {
    if (const auto head = find_head(model)) {
      head_ = described(*head);
      model = cut_at_head(*model, *head, type);
    }
  }
  // After the head is looked for: of a convolution's parts none is a whole map.
  split_convolutions(*model);
  // Before the input is looked at: it may be read by a convolution then.
  fold_focus(*model);
  if (settings.native_input) {
    if (const auto other = with_fast_input(model, type)) {
      native_input_ = true;
      model = other;
    }
  }
  // A head's maps are so already.
  if (settings.native_outputs && head_.is_null()) {
    native_outputs_ = true;
    model = with_fast_outputs(model);
  }
  return model;
}

ov::InferRequest& OpenvinoEngine::at(uint32_t request) {
  if (request < requests_.size()) return requests_[request];
  throw Error(LS_ERR_ARGUMENT, "there is no request " + std::to_string(request));
}

void OpenvinoEngine::input(uint32_t request, uint32_t index, ls_backend_tensor* out) {
  fill(out, at(request).get_input_tensor(index), input_names_.at(index));
}

void OpenvinoEngine::output(uint32_t request, uint32_t index, ls_backend_tensor* out) {
  fill(out, at(request).get_output_tensor(index), output_names_.at(index));
}

void OpenvinoEngine::start(uint32_t request, ls_backend_done done, void* user) {
  ov::InferRequest& infer = at(request);
  // Set anew for each start: OpenVINO takes the callback off a request while it runs it, and the
  // request may be started again before the thread that runs it has come back.
  infer.set_callback([done, user](std::exception_ptr failure) {
    if (!failure) {
      done(user, LS_OK, "");
      return;
    }
    try {
      std::rethrow_exception(failure);
    } catch (const std::exception& error) {
      done(user, LS_ERR_DEVICE, readable(error.what()).c_str());
    } catch (...) {
      done(user, LS_ERR_DEVICE, "OpenVINO threw something unknown");
    }
  });
  infer.start_async();
}

void OpenvinoEngine::describe(const Settings& settings, bool quantized, double seconds) {
  const auto ports = [](const auto& list) {
    json result = json::array();
    for (const auto& port : list) {
      json shape = json::array();
      for (const auto& extent : port.get_partial_shape()) {
        shape.push_back(extent.is_static() ? json(extent.get_length()) : json(nullptr));
      }
      result.push_back({{"name", name_of(port)},
                        {"shape", shape},
                        {"type", port.get_element_type().get_type_name()}});
    }
    return result;
  };
  const std::string computed = model_.get_property(ov::hint::inference_precision).get_type_name();
  const std::string floating = computed == "f32" ? "fp32" : computed == "f16" ? "fp16" : computed;
  json info{{"backend", "openvino"},
            {"version", ov::get_openvino_version().buildNumber},
            {"device", settings.device},
            {"precision", quantized ? "int8" : floating},
            {"floatPrecision", floating},
            {"streams", model_.get_property(ov::num_streams).num},
            {"requests", requests_.size()},
            {"batch", settings.batch},
            {"inputs", ports(model_.inputs())},
            {"outputs", ports(model_.outputs())},
            {"loadSeconds", seconds},
            {"cached", model_.get_property(ov::loaded_from_cache)}};
  if (native_input_) info["inputs"][0]["layout"] = "NHWC";
  for (auto& output : info["outputs"]) {
    if (native_outputs_ && output["shape"].size() == 4) output["layout"] = "NHWC";
  }
  if (!head_.is_null()) info["head"] = head_;
  info_ = info.dump();
}

}  // namespace lineside
