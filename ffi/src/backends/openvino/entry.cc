// liblineside_openvino.so: the table of functions behind lineside_backend.h.
#include <nlohmann/json.hpp>

#include "backends/openvino/engine.h"
#include "backends/openvino/failure.h"
#include "core/error.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

using namespace lineside;

struct ls_backend_engine {
  explicit ls_backend_engine(const Settings& settings) : engine(settings) {}
  OpenvinoEngine engine;
};

namespace {

// As guarded, with OpenVINO's own exceptions made readable.
template <typename Body>
int32_t run(ls_error* error, Body&& body) {
  return guarded(error, [&] {
    try {
      body();
    } catch (const ov::Exception& failure) {
      throw Error(LS_ERR_DEVICE, readable(failure.what()));
    }
  });
}

#if defined(__x86_64__)
// AVX-VNNI, which clang 14 has no name for: Intel's manual, CPUID leaf 7, subleaf 1.
bool has_avx_vnni() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  return __builtin_cpu_supports("avx2") && __get_cpuid_count(7, 1, &a, &b, &c, &d) &&
         (a & 1u << 4) != 0;
}
#endif

// Whether two products of bytes are added in 16 bits, where they saturate: x86 without VNNI. See
// src/quantize/export/weights.ts, which makes weights that do not.
bool saturates(const std::string& device) {
#if defined(__x86_64__)
  return device == "CPU" && !__builtin_cpu_supports("avx512vnni") && !has_avx_vnni();
#else
  static_cast<void>(device);
  return false;
#endif
}

std::string describe_devices() {
  nlohmann::json devices = nlohmann::json::array();
  for (const auto& id : openvino_core().get_available_devices()) {
    nlohmann::json precisions = nlohmann::json::array();
    std::string name = id;
    try {
      name = openvino_core().get_property(id, ov::device::full_name);
      for (const auto& can : openvino_core().get_property(id, ov::device::capabilities)) {
        const char* known = can == "FP32"   ? "fp32"
                            : can == "BF16" ? "bf16"
                            : can == "FP16" ? "fp16"
                            : can == "INT8" ? "int8"
                                            : nullptr;
        if (known) precisions.push_back(known);
      }
    } catch (const std::exception&) {
      // A device whose driver fails is listed without its abilities.
    }
    devices.push_back(
        {{"id", id}, {"name", name}, {"precisions", precisions}, {"saturates", saturates(id)}});
  }
  return nlohmann::json{{"name", "openvino"},
                        {"version", ov::get_openvino_version().buildNumber},
                        {"devices", devices}}
      .dump();
}

const char* describe() {
  static const std::string text = [] {
    try {
      return describe_devices();
    } catch (const std::exception& error) {
      return nlohmann::json{{"name", "openvino"}, {"error", readable(error.what())}}.dump();
    }
  }();
  return text.c_str();
}

int32_t open_engine(const char* config, ls_backend_engine** out, ls_error* error) {
  *out = nullptr;
  return run(error, [&] { *out = new ls_backend_engine(parse_settings(config)); });
}

void close_engine(ls_backend_engine* engine) { delete engine; }

const char* info(ls_backend_engine* engine) { return engine->engine.info().c_str(); }
uint32_t request_count(ls_backend_engine* engine) { return engine->engine.request_count(); }
uint32_t input_count(ls_backend_engine* engine) { return engine->engine.input_count(); }
uint32_t output_count(ls_backend_engine* engine) { return engine->engine.output_count(); }

int32_t input(ls_backend_engine* engine, uint32_t request, uint32_t index, ls_backend_tensor* out,
              ls_error* error) {
  return run(error, [&] { engine->engine.input(request, index, out); });
}

int32_t output(ls_backend_engine* engine, uint32_t request, uint32_t index, ls_backend_tensor* out,
               ls_error* error) {
  return run(error, [&] { engine->engine.output(request, index, out); });
}

int32_t start(ls_backend_engine* engine, uint32_t request, uint32_t, ls_backend_done done,
              void* user, ls_error* error) {
  return run(error, [&] { engine->engine.start(request, done, user); });
}

}  // namespace

extern "C" const ls_backend* ls_backend_entry(void) {
  static const ls_backend backend = {LS_BACKEND_ABI_VERSION, "openvino", describe,      open_engine,
                                     close_engine,           info,       request_count, input_count,
                                     output_count,           input,      output,        start};
  return &backend;
}
