// Builds models by TensorRT 8.5 one after the other, times them by a CUDA graph, and keeps what
// they answer on pictures; see README.md beside this.
//
//     measure JOBS PICTURES FOLDER
//
// JOBS has a line a model: `NAME fp16|qdq|cache MODEL.onnx [CACHE]`. PICTURES is a model's inputs
// as bytes, one after the other; they become 0 to 1. Results stand in FOLDER as soon as each is
// there.
#include <NvInfer.h>
#include <NvOnnxParser.h>
#include <cuda_runtime_api.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace nvinfer1;

constexpr int kWarmUp = 50;
constexpr int kTimed = 1000;
// Weaker answers are not kept.
constexpr float kLeast = 0.001F;

struct Log : ILogger {
  void log(Severity severity, const char* text) noexcept override {
    if (severity <= Severity::kWARNING) std::fprintf(stderr, "%s\n", text);
  }
} logger;

// Ranges that are known already: TensorRT 8 asks for no pictures then.
struct Ranges : IInt8EntropyCalibrator2 {
  std::string text;
  int32_t getBatchSize() const noexcept override { return 1; }
  bool getBatch(void**, const char**, int32_t) noexcept override { return false; }
  const void* readCalibrationCache(std::size_t& size) noexcept override {
    size = text.size();
    return text.data();
  }
  void writeCalibrationCache(const void*, std::size_t) noexcept override {}
};

void check(cudaError_t error) {
  if (error != cudaSuccess) throw std::runtime_error(cudaGetErrorString(error));
}

template <class T>
T* made(T* value, const char* what) {
  if (value == nullptr) throw std::runtime_error(std::string("no ") + what);
  return value;
}

std::string whole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("can't read " + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Job {
  std::string name, kind, model, cache;
};

// One builder, and one timing cache, for all models: a second one of a kind takes a fifth of the
// time. (A timing cache that is read from a file is refused by 8.5.3.)
class Builder {
 public:
  std::unique_ptr<IHostMemory> plan(const Job& job) {
    std::unique_ptr<INetworkDefinition> network(builder_->createNetworkV2(
        1U << static_cast<uint32_t>(NetworkDefinitionCreationFlag::kEXPLICIT_BATCH)));
    std::unique_ptr<nvonnxparser::IParser> parser(nvonnxparser::createParser(*network, logger));
    const auto severity = static_cast<int32_t>(ILogger::Severity::kWARNING);
    if (!parser->parseFromFile(job.model.c_str(), severity)) {
      throw std::runtime_error(parser->getError(0)->desc());
    }
    configs_.emplace_back(builder_->createBuilderConfig());
    IBuilderConfig& config = *configs_.back();
    config.setTacticSources(0);  // without cuBLAS and cuDNN
    config.setFlag(BuilderFlag::kFP16);
    config.setFlag(BuilderFlag::kENABLE_TACTIC_HEURISTIC);
    config.setProfilingVerbosity(ProfilingVerbosity::kDETAILED);
    if (job.kind != "fp16") config.setFlag(BuilderFlag::kINT8);
    Ranges ranges;
    if (job.kind == "cache") {
      ranges.text = whole(job.cache);
      config.setInt8Calibrator(&ranges);
    }
    if (!timing_) timing_.reset(config.createTimingCache(nullptr, 0));
    config.setTimingCache(*timing_, false);
    return std::unique_ptr<IHostMemory>(
        made(builder_->buildSerializedNetwork(*network, config), "plan"));
  }

 private:
  std::unique_ptr<IBuilder> builder_{made(createInferBuilder(logger), "builder")};
  std::vector<std::unique_ptr<IBuilderConfig>> configs_;  // the first made the timing cache
  std::unique_ptr<ITimingCache> timing_;
};

// An engine of one input and one output, both in floats, and their memory.
class Engine {
 public:
  explicit Engine(const IHostMemory& plan)
      : engine_(made(runtime_->deserializeCudaEngine(plan.data(), plan.size()), "engine")),
        context_(made(engine_->createExecutionContext(), "context")) {
    check(cudaStreamCreate(&stream_));
    for (int i = 0; i < 2; ++i) {
      const char* name = engine_->getIOTensorName(i);
      const Dims shape = engine_->getTensorShape(name);
      size_t size = 1;
      for (int k = 0; k < shape.nbDims; ++k) size *= static_cast<size_t>(shape.d[k]);
      const bool input = engine_->getTensorIOMode(name) == TensorIOMode::kINPUT;
      void*& memory = input ? input_ : output_;
      check(cudaMalloc(&memory, size * sizeof(float)));
      context_->setTensorAddress(name, memory);
      (input ? in : out).resize(size);
      if (!input) shape_ = shape;
    }
  }
  ~Engine() {
    cudaFree(input_);
    cudaFree(output_);
    cudaStreamDestroy(stream_);
  }

  // Puts `in` through the engine, into `out`.
  void run() {
    const auto bytes = [](const std::vector<float>& values) {
      return values.size() * sizeof(float);
    };
    check(cudaMemcpyAsync(input_, in.data(), bytes(in), cudaMemcpyHostToDevice, stream_));
    if (!context_->enqueueV3(stream_)) throw std::runtime_error("enqueueV3 failed");
    check(cudaMemcpyAsync(out.data(), output_, bytes(out), cudaMemcpyDeviceToHost, stream_));
    check(cudaStreamSynchronize(stream_));
  }

  // Milliseconds of each run of the graph: without one, the host's launches are what is timed.
  std::vector<float> times() {
    cudaGraph_t graph;
    cudaGraphExec_t program;
    check(cudaStreamBeginCapture(stream_, cudaStreamCaptureModeThreadLocal));
    context_->enqueueV3(stream_);
    check(cudaStreamEndCapture(stream_, &graph));
    check(cudaGraphInstantiate(&program, graph, 0));
    cudaEvent_t begin, end;
    check(cudaEventCreate(&begin));
    check(cudaEventCreate(&end));
    std::vector<float> found;
    for (int i = 0; i < kWarmUp + kTimed; ++i) {
      check(cudaEventRecord(begin, stream_));
      check(cudaGraphLaunch(program, stream_));
      check(cudaEventRecord(end, stream_));
      check(cudaEventSynchronize(end));
      float milliseconds = 0;
      check(cudaEventElapsedTime(&milliseconds, begin, end));
      if (i >= kWarmUp) found.push_back(milliseconds);
    }
    std::sort(found.begin(), found.end());
    return found;
  }

  // What the inspector tells of its layers, as JSON.
  std::string layers() {
    std::unique_ptr<IEngineInspector> inspector(engine_->createEngineInspector());
    return inspector->getEngineInformation(LayerInformationFormat::kJSON);
  }

  // Writes a picture's answer: how many anchors, and of each all its values, as 32-bit floats.
  void write(std::ostream& file) const {
    const auto [first, second] = std::pair<size_t, size_t>(shape_.d[1], shape_.d[2]);
    const bool rows = first < second;  // YOLOv8: boxes, then classes, row by row; else YOLOX
    const auto [values, anchors] = rows ? std::pair(first, second) : std::pair(second, first);
    std::vector<float> kept;
    uint32_t count = 0;
    for (size_t a = 0; a < anchors; ++a) {
      const auto at = [&, anchors = anchors, values = values](size_t i) {
        return out[rows ? i * anchors + a : a * values + i];
      };
      float best = 0;
      for (size_t i = rows ? 4 : 5; i < values; ++i) best = std::max(best, at(i));
      if (best * (rows ? 1 : at(4)) <= kLeast) continue;
      for (size_t i = 0; i < values; ++i) kept.push_back(at(i));
      ++count;
    }
    file.write(reinterpret_cast<const char*>(&count), sizeof(count));
    file.write(reinterpret_cast<const char*>(kept.data()),
               static_cast<std::streamsize>(kept.size() * sizeof(float)));
  }

  std::vector<float> in, out;

 private:
  std::unique_ptr<IRuntime> runtime_{made(createInferRuntime(logger), "runtime")};
  std::unique_ptr<ICudaEngine> engine_;
  std::unique_ptr<IExecutionContext> context_;
  cudaStream_t stream_ = nullptr;
  void* input_ = nullptr;
  void* output_ = nullptr;
  Dims shape_{};
};

void measure(Builder& builder, const Job& job, const std::string& pictures,
             const std::string& folder) {
  const auto start = std::chrono::steady_clock::now();
  const auto plan = builder.plan(job);
  const std::chrono::duration<double> built = std::chrono::steady_clock::now() - start;
  Engine engine(*plan);
  std::ofstream(folder + "/" + job.name + ".layers.json") << engine.layers();
  std::ofstream answers(folder + "/" + job.name + ".bin", std::ios::binary);
  const size_t size = engine.in.size();
  for (size_t at = 0; at + size <= pictures.size(); at += size) {
    for (size_t i = 0; i < size; ++i) {
      engine.in[i] = static_cast<float>(static_cast<uint8_t>(pictures[at + i])) / 255.0F;
    }
    engine.run();
    engine.write(answers);
  }
  const auto times = engine.times();
  std::ofstream(folder + "/" + job.name + ".txt")
      << job.name << ": " << times[kTimed / 2] << " ms (" << times[kTimed / 10] << " to "
      << times[kTimed * 9 / 10] << "), built in " << built.count() << " s, plan of " << plan->size()
      << " bytes\n";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: measure JOBS PICTURES FOLDER\n");
    return 2;
  }
  try {
    std::ifstream jobs(argv[1]);
    const std::string pictures = whole(argv[2]);
    Builder builder;
    int failed = 0;
    for (std::string line; std::getline(jobs, line);) {
      std::istringstream words(line);
      Job job;
      words >> job.name >> job.kind >> job.model >> job.cache;
      try {
        measure(builder, job, pictures, argv[3]);
      } catch (const std::exception& error) {
        std::fprintf(stderr, "%s: %s\n", job.name.c_str(), error.what());
        ++failed;
      }
    }
    return failed == 0 ? 0 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
