// A camera that runs for months must not allocate a frame: scratch memory is kept by thread.
#include <atomic>
#include <cstdlib>
#include <new>
#include <random>
#include <vector>

#include "check.h"
#include "pictures.h"
#include "postprocess/detect.h"
#include "postprocess/head_maps.h"
#include "preprocess/letterbox.h"

#ifdef LINESIDE_TSAN
TEST(nothing_is_allocated_once_sizes_have_been_seen) {
  throw check::Skipped{"ThreadSanitizer has an operator new of its own"};
}
#else

namespace {

std::atomic<long> allocations{0};

}  // namespace

void* operator new(size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }

using namespace lineside;

TEST(letterbox_allocates_nothing_once_sizes_have_been_seen) {
  std::mt19937 random(41);
  std::vector<Picture> pictures;
  for (const ls_pixel_format format : {LS_NV12, LS_I420, LS_YUYV, LS_GREY, LS_RGB, LS_BGR}) {
    pictures.push_back(test::random_picture(random, format, 320, 180));
  }
  LetterboxOptions options;
  options.width = options.height = 160;
  std::vector<uint8_t> tensor(letterbox_bytes(options));
  const auto pass = [&] {
    for (const Picture& picture : pictures) {
      options.layout = Layout::kNchw;
      letterbox(picture, options, tensor.data());
      options.layout = Layout::kNhwc;
      letterbox(picture, options, tensor.data());
    }
  };
  pass();
  const long before = allocations;
  pass();
  CHECK_EQ(allocations.load(), before);
  CHECK(before > 0);
}

// That a second pass allocates nothing and finds as many.
template <typename Pass>
void check_second(const Pass& pass, const std::vector<ls_detection>& detections) {
  pass();
  const size_t found = detections.size();
  const long before = allocations;
  pass();
  CHECK_EQ(allocations.load(), before);
  CHECK(found > 10 && detections.size() == found);
}

TEST(detect_allocates_nothing_once_shapes_have_been_seen) {
  std::mt19937 random(42);
  DetectOptions options;
  options.classes = 4;
  std::vector<float> values(8 * 500);
  for (float& value : values) value = 100 * std::uniform_real_distribution<float>(0, 1)(random);
  for (size_t i = 4 * 500; i < values.size(); ++i) values[i] /= 100;
  options.keep = {0, 1, 2};
  Tensor output;
  output.name = "a name too long to be kept in place";
  output.shape = {1, 8, 500};
  output.data = values.data();
  const LetterboxGeometry geometry = letterbox_geometry(640, 640, LetterboxOptions());
  std::vector<ls_detection> detections;
  const auto pass = [&] {
    detections.clear();
    detect(output, options, geometry, detections);
  };
  check_second(pass, detections);
}

TEST(reading_maps_allocates_nothing_once_shapes_have_been_seen) {
  std::mt19937 random(43);
  for (const HeadKind kind : {HeadKind::kDistributions, HeadKind::kOffsets}) {
    const bool offsets = kind == HeadKind::kOffsets;
    DetectOptions options;
    options.family = offsets ? HeadFamily::kYolox : HeadFamily::kYolov8;
    options.classes = 4;
    HeadMaps maps;
    maps.kind = kind;
    maps.levels = {{0, 1, 8, 2}};
    std::vector<std::vector<float> > values;
    std::vector<Tensor> outputs;
    for (const int64_t channels : {offsets ? 4 : 64, 4, 1}) {
      values.emplace_back(static_cast<size_t>(channels * 300));
      for (float& value : values.back()) {
        value = std::uniform_real_distribution<float>(-4, 4)(random);
      }
      outputs.emplace_back();
      outputs.back().shape = {1, channels, 15, 20};
      outputs.back().data = values.back().data();
    }
    const LetterboxGeometry geometry = letterbox_geometry(640, 640, LetterboxOptions());
    std::vector<ls_detection> detections;
    const auto pass = [&] {
      detections.clear();
      detect_maps(outputs, maps, options, geometry, detections);
    };
    check_second(pass, detections);
  }
}

#endif
