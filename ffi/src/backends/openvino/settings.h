// What ls_engine_open's configuration means to OpenVINO.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lineside {

enum class Precision : uint8_t { kAuto, kFp32, kBf16, kFp16, kInt8 };

struct Settings {
  std::string model;
  std::string device = "CPU";
  std::string cache;  // folder; empty: none
  Precision precision = Precision::kAuto;
  int streams = 0;  // 0: one a thread
  int threads = 0;  // 0: one a core
  int batch = 1;
  bool native_input = false;         // whatever input is fastest, else the model's
  bool native_decode = false;        // a head that nms can decode is left to it
  bool native_outputs = false;       // in whatever layout they are computed
  std::vector<int64_t> input_shape;  // empty: the model's own
};

// Throws Error(LS_ERR_CONFIG).
Settings parse_settings(const char* config);

}  // namespace lineside
