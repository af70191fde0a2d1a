// What a chain costs over the bare model: frames a second of letterbox → infer → nms through the C
// ABI against ready tensors in OpenVINO's own asynchronous requests, turn by turn in one process.
//
//   chain_bench MODEL PRECISION FAMILY [key=value…]
//   seconds=3 rounds=3 flight=8 threads=0 streams=0 batch=1 delay=0 width=640 height=360 pool=0
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <openvino/openvino.hpp>
#include <string>
#include <vector>

#include "lineside.h"

namespace {

std::map<std::string, std::string> arguments = {
    {"seconds", "3"},  {"rounds", "3"},  {"flight", "8"},     {"threads", "0"},
    {"streams", "0"},  {"batch", "1"},   {"delay", "0"},      {"width", "640"},
    {"height", "360"}, {"pool", "0"},    {"rawstreams", "0"}, {"rawrequests", "0"},
    {"pinning", "0"},  {"classes", "80"}};

int whole(const char* key) { return std::atoi(arguments.at(key).c_str()); }

double cpu_seconds() {
  rusage use;
  getrusage(RUSAGE_SELF, &use);
  const auto seconds = [](timeval t) { return t.tv_sec + t.tv_usec * 1e-6; };
  return seconds(use.ru_utime) + seconds(use.ru_stime);
}

struct Rate {
  double frames_per_second, cpu_ms;
};

class Raw {
 public:
  Raw(const std::string& path, const std::string& precision) {
    auto model = core_.read_model(path);
    ov::PartialShape shape = model->input().get_partial_shape();
    shape[0] = whole("batch");
    for (int axis : {2, 3}) {
      if (shape[axis].is_dynamic()) shape[axis] = 640;
    }
    model->reshape(shape);
    ov::AnyMap map;
    if (precision == "fp32") map.insert(ov::hint::inference_precision(ov::element::f32));
    if (precision == "bf16") map.insert(ov::hint::inference_precision(ov::element::bf16));
    const int threads = whole("threads") ? whole("threads") : 2;
    map.insert(ov::inference_num_threads(threads));
    map.insert(ov::num_streams(whole("rawstreams") ? whole("rawstreams") : threads));
    map.insert(ov::hint::enable_cpu_pinning(whole("pinning") != 0));
    compiled_ = core_.compile_model(model, "CPU", map);
    const int streams = compiled_.get_property(ov::num_streams).num;
    const int count = whole("rawrequests") ? whole("rawrequests") : streams + 2;
    for (int i = 0; i < count; ++i) {
      requests_.push_back(compiled_.create_infer_request());
      auto input = requests_.back().get_input_tensor();
      std::fill_n(input.data<float>(), input.get_size(), 0.4f);
    }
    side_ = static_cast<int>(shape[2].get_length());
  }

  Rate run(double seconds) {
    std::mutex mutex;
    std::condition_variable changed;
    int busy = static_cast<int>(requests_.size());
    std::atomic<int> done{0};
    const double begun = ls_now(), cpu = cpu_seconds();
    for (auto& request : requests_) {
      request.set_callback([&, r = &request](std::exception_ptr) {
        ++done;
        if (ls_now() - begun < seconds) {
          r->start_async();
          return;
        }
        std::lock_guard lock(mutex);
        --busy;
        changed.notify_all();
      });
    }
    for (auto& request : requests_) request.start_async();
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return busy == 0; });
    const int frames = done * whole("batch");
    lock.unlock();
    for (auto& request : requests_) request.wait();
    return {frames / (ls_now() - begun), (cpu_seconds() - cpu) / frames * 1e3};
  }

  int side() const { return side_; }

 private:
  ov::Core core_;
  ov::CompiledModel compiled_;
  std::vector<ov::InferRequest> requests_;
  int side_ = 0;
};

void check(int32_t status, const ls_error& error) {
  if (status == LS_OK) return;
  std::fprintf(stderr, "chain_bench: %s\n", error.message);
  std::exit(1);
}

class Chained {
 public:
  Chained(const std::string& path, const std::string& precision, const std::string& family,
          int side) {
    ls_error error{};
    const std::string config = "{\"threads\": " + arguments["pool"] + ", \"backendPath\": \"" +
                               LINESIDE_ROOT "/ffi/build/Release\"}";
    check(ls_runtime_create(config.c_str(), &runtime_, &error), error);
    const std::string sides = std::to_string(side);
    const std::string engine =
        "{\"model\": \"" + path + "\", \"precision\": \"" + precision +
        "\", \"threads\": " + arguments["threads"] + ", \"streams\": " + arguments["streams"] +
        ", \"batch\": " + arguments["batch"] + ", \"maxDelay\": " + arguments["delay"] +
        ", \"inputShape\": [" + arguments["batch"] + ",3," + sides + "," + sides + "]}";
    ls_handle handle = 0;
    check(ls_engine_open(runtime_, engine.c_str(), &handle, &error), error);
    ls_wait(runtime_, 60);
    ls_completion opened;
    char text[4096] = {};
    uint32_t needed;
    ls_take(runtime_, &opened, 1, text, sizeof text - 1, &needed);
    if (opened.kind != LS_OPENED) check(opened.status, (std::fprintf(stderr, "%s\n", text), error));
    const std::string chain =
        "{\"letterbox\": {\"width\": " + sides + ", \"height\": " + sides +
        (family == "yolox" ? ", \"order\": \"BGR\", \"scale\": 1, \"align\": \"top-left\"" : "") +
        "}, \"engine\": " + std::to_string(handle) + ", \"nms\": {\"family\": \"" + family +
        "\", \"classes\": " + arguments["classes"] + "}}";
    check(ls_chain_create(runtime_, chain.c_str(), &chain_, &error), error);
    const uint32_t width = whole("width"), height = whole("height");
    std::vector<uint8_t> picture(width * height * 3 / 2);
    for (size_t i = 0; i < picture.size(); ++i) picture[i] = static_cast<uint8_t>(i * 31 >> 4);
    for (int i = 0; i < whole("flight"); ++i) {
      frames_.emplace_back();
      check(ls_frame_create(runtime_, LS_I420, width, height, picture.data(), picture.size(), 0, i,
                            &frames_.back(), &error),
            error);
    }
  }

  ~Chained() {
    for (ls_handle frame : frames_) ls_frame_release(runtime_, frame);
    ls_runtime_destroy(runtime_);
  }

  Rate run(double seconds) {
    const double begun = ls_now(), cpu = cpu_seconds();
    int busy = 0, done = 0;
    for (ls_handle frame : frames_) busy += ls_chain_submit(runtime_, chain_, frame, 0) == LS_OK;
    std::fill(std::begin(stages_), std::end(stages_), 0);
    std::vector<char> payload(1 << 20);
    while (busy > 0) {
      ls_wait(runtime_, 10);
      ls_completion out[16];
      uint32_t needed;
      const uint32_t count = ls_take(runtime_, out, 16, payload.data(),
                                     static_cast<uint32_t>(payload.size()), &needed);
      for (uint32_t i = 0; i < count; ++i) {
        --busy;
        ++done;
        for (int s = 0; s < 4; ++s) stages_[s] += out[i].stage_ms[s];
        if (out[i].status != LS_OK) {
          std::fprintf(stderr, "chain_bench: %s\n", payload.data() + out[i].payload_offset);
          std::exit(1);
        }
        if (ls_now() - begun < seconds) {
          busy += ls_chain_submit(runtime_, chain_, out[i].frame, 0) == LS_OK;
        }
      }
    }
    for (double& stage : stages_) stage /= done;
    return {done / (ls_now() - begun), (cpu_seconds() - cpu) / done * 1e3};
  }

  const double* stages() const { return stages_; }

 private:
  ls_runtime* runtime_ = nullptr;
  ls_handle chain_ = 0;
  std::vector<ls_handle> frames_;
  double stages_[4] = {};
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: chain_bench MODEL PRECISION FAMILY [key=value...]\n");
    return 2;
  }
  for (int i = 4; i < argc; ++i) {
    const std::string text = argv[i];
    const size_t equals = text.find('=');
    if (equals == std::string::npos || !arguments.count(text.substr(0, equals))) {
      std::fprintf(stderr, "chain_bench: there is no option %s\n", argv[i]);
      return 2;
    }
    arguments[text.substr(0, equals)] = text.substr(equals + 1);
  }
  const double seconds = std::atof(arguments["seconds"].c_str());
  Raw raw(argv[1], argv[2]);
  Chained chained(argv[1], argv[2], argv[3], raw.side());
  raw.run(0.5);
  chained.run(0.5);
  std::vector<double> ratios;
  for (int round = 0; round < whole("rounds"); ++round) {
    const Rate bare = raw.run(seconds), full = chained.run(seconds);
    ratios.push_back(full.frames_per_second / bare.frames_per_second);
    const double* s = chained.stages();
    std::printf(
        "raw %7.2f/s cpu %6.2f ms | chain %7.2f/s cpu %6.2f ms | ratio %.3f | letterbox %.2f queue "
        "%.2f inference %.2f nms %.2f ms\n",
        bare.frames_per_second, bare.cpu_ms, full.frames_per_second, full.cpu_ms, ratios.back(),
        s[0], s[1], s[2], s[3]);
  }
  std::sort(ratios.begin(), ratios.end());
  std::printf("median ratio %.3f\n", ratios[ratios.size() / 2]);
}
