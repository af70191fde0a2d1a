// Times the letterbox and the reading of detections, one thread; prints one JSON object.
// Times are microseconds: the median, and the tenth and ninetieth percentiles, of the repetitions.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "picture.h"
#include "postprocess/detect.h"
#include "postprocess/head_maps.h"
#include "preprocess/half.h"
#include "preprocess/letterbox.h"

namespace {

using namespace lineside;

constexpr int kRepetitions = 61;

bool first_line = true;

void measure(const std::string& name, const std::function<void()>& work) {
  for (int i = 0; i < 3; ++i) work();
  std::vector<double> times;
  for (int i = 0; i < kRepetitions; ++i) {
    const auto start = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double, std::micro> taken =
        std::chrono::steady_clock::now() - start;
    times.push_back(taken.count());
  }
  std::sort(times.begin(), times.end());
  std::printf("%s\n  \"%s\": {\"median\": %.1f, \"p10\": %.1f, \"p90\": %.1f}",
              first_line ? "" : ",", name.c_str(), times[kRepetitions / 2],
              times[kRepetitions / 10], times[kRepetitions * 9 / 10]);
  first_line = false;
}

void bench_letterbox(const char* format_name, int width, int height, const char* type_name,
                     ElementType type, Layout layout) {
  const ls_pixel_format format = bench::format_named(format_name);
  std::vector<uint8_t> pixels(bench::picture_bytes(format, width, height));
  std::mt19937 random(1);
  for (auto& pixel : pixels) pixel = static_cast<uint8_t>(random());
  const Picture picture = bench::lay_out(format, width, height, pixels.data());
  LetterboxOptions options;
  options.type = type;
  options.layout = layout;
  if (type == ElementType::kU8) options.scale = 1;
  std::vector<uint8_t> tensor(letterbox_bytes(options));
  measure("letterbox " + std::string(format_name) + " " + std::to_string(width) + "x" +
              std::to_string(height) + " to 640x640 " + type_name,
          [&] { letterbox(picture, options, tensor.data()); });
}

// `count` anchors of 8400 score over the threshold, in clusters of about five, as heads give them.
void bench_yolov8(int count, ElementType type) {
  constexpr int kAnchors = 8400;
  constexpr int kClasses = 80;
  std::mt19937 random(2);
  std::uniform_real_distribution<float> unit(0, 1);
  std::vector<float> values(static_cast<size_t>(4 + kClasses) * kAnchors);
  for (size_t i = 4 * kAnchors; i < values.size(); ++i) values[i] = 0.05f * unit(random);
  const auto value = [&](int row, int anchor) -> float& {
    return values[static_cast<size_t>(row) * kAnchors + anchor];
  };
  float box[4] = {};
  int class_id = 0;
  for (int anchor = 0; anchor < kAnchors; ++anchor) {
    if (anchor % 5 == 0) {
      box[0] = 600 * unit(random) + 20;
      box[1] = 600 * unit(random) + 20;
      box[2] = 20 + 150 * unit(random);
      box[3] = 20 + 150 * unit(random);
      class_id = static_cast<int>(random() % kClasses);
    }
    for (int i = 0; i < 4; ++i) value(i, anchor) = box[i] + 3 * unit(random);
    if (anchor < count) value(4 + class_id, anchor) = 0.3f + 0.6f * unit(random);
  }
  std::vector<uint16_t> halves(values.size());
  for (size_t i = 0; i < values.size(); ++i) halves[i] = to_half(values[i]);
  Tensor output;
  output.shape = {1, 4 + kClasses, kAnchors};
  output.type = type;
  output.data = type == ElementType::kF16 ? static_cast<void*>(halves.data()) : values.data();
  const DetectOptions options;
  const LetterboxGeometry geometry = letterbox_geometry(1920, 1080, LetterboxOptions());
  std::vector<ls_detection> detections;
  const std::string name =
      type == ElementType::kF16 ? "detect yolov8 8400x80 f16, " : "detect yolov8 8400x80, ";
  measure(name + std::to_string(count) + " over the threshold", [&] {
    detections.clear();
    detect(output, options, geometry, detections);
  });
}

// The same of a head that was left undecoded, as the OpenVINO backend gives it.
void bench_maps(int count, ElementType type) {
  constexpr int kClasses = 80, kBoxes = 64;
  std::mt19937 random(3);
  std::uniform_real_distribution<float> unit(0, 1);
  std::vector<std::vector<uint8_t>> memory;
  std::vector<Tensor> outputs;
  HeadMaps maps;
  maps.layout = Layout::kNhwc;
  const bool whole = type == ElementType::kF32;
  int anchor = 0;
  for (const int stride : {8, 16, 32}) {
    const int64_t columns = 640 / stride, cells = columns * columns;
    maps.levels.push_back(
        {static_cast<int>(outputs.size()), static_cast<int>(outputs.size()) + 1, stride});
    for (const int channels : {kBoxes, kClasses}) {
      std::vector<float> values(static_cast<size_t>(cells * channels));
      for (float& value : values) value = channels == kBoxes ? unit(random) : unit(random) - 9;
      for (int64_t cell = 0; channels == kClasses && cell < cells; ++cell, ++anchor) {
        const auto class_id = static_cast<int64_t>(anchor / 5 % kClasses);
        if (anchor % (8400 / std::max(count, 1) + 1) == 0 && count > 0) {
          values[static_cast<size_t>(cell * kClasses + class_id)] = 3 * unit(random) - 0.9f;
        }
      }
      memory.emplace_back(values.size() * (whole ? 4 : 2));
      for (size_t i = 0; i < values.size(); ++i) {
        if (whole) {
          reinterpret_cast<float*>(memory.back().data())[i] = values[i];
        } else {
          reinterpret_cast<uint16_t*>(memory.back().data())[i] = to_bfloat(values[i]);
        }
      }
      Tensor map;
      map.type = type;
      map.shape = {1, columns, columns, channels};
      map.data = memory.back().data();
      outputs.push_back(map);
    }
  }
  const DetectOptions options;
  const LetterboxGeometry geometry = letterbox_geometry(1920, 1080, LetterboxOptions());
  std::vector<ls_detection> detections;
  measure(std::string("detect yolov8 maps ") + (whole ? "f32" : "bf16") + " 8400x80, about " +
              std::to_string(count) + " over the threshold",
          [&] {
            detections.clear();
            detect_maps(outputs, maps, options, geometry, detections);
          });
}

}  // namespace

int main() {
  std::printf("{");
  const auto f32 = ElementType::kF32;
  for (const char* format : {"RGB", "NV12", "I420", "YUYV", "GREY"}) {
    bench_letterbox(format, 1920, 1080, "f32 NCHW", f32, Layout::kNchw);
  }
  for (const char* format : {"RGB", "NV12"}) {
    bench_letterbox(format, 1280, 720, "f32 NCHW", f32, Layout::kNchw);
    bench_letterbox(format, 1600, 1200, "f32 NCHW", f32, Layout::kNchw);
  }
  bench_letterbox("I420", 640, 360, "f32 NCHW", f32, Layout::kNchw);
  bench_letterbox("I420", 640, 360, "f32 NHWC", f32, Layout::kNhwc);
  bench_letterbox("I420", 640, 360, "bf16 NHWC", ElementType::kBf16, Layout::kNhwc);
  bench_letterbox("RGB", 1920, 1080, "f16 NCHW", ElementType::kF16, Layout::kNchw);
  bench_letterbox("NV12", 1920, 1080, "u8 NHWC", ElementType::kU8, Layout::kNhwc);
  bench_letterbox("NV12", 1920, 1080, "f32 NHWC", f32, Layout::kNhwc);
  for (const int count : {0, 50, 300, 1000, 4000}) bench_yolov8(count, f32);
  bench_yolov8(50, ElementType::kF16);
  for (const int count : {0, 50, 300, 1000, 4000}) bench_maps(count, ElementType::kBf16);
  bench_maps(300, f32);
  std::printf("\n}\n");
}
