// A head that nms decodes beside the same decoded by the model, through the C ABI. What pictures of
// the real world give is compared in test/native/head_test.ts; here the sanitizers look on.
#include <cmath>
#include <random>

#include "backend.h"
#include "fixture.h"

using namespace lineside;
using test::Event;
using test::Fixture;
using test::need_backend;

namespace {

constexpr int kSize = 416;

struct Subject {
  std::string model;
  const char* head;    // what it is called when it is cut off
  const char* family;  // and its classes
  const char* scale;   // of pixels
};

// Everything that scores a little: of noise nothing scores much.
std::string chain_for(const Subject& subject) {
  return "{\"letterbox\": {\"width\": 416, \"height\": 416, \"scale\": " +
         std::string(subject.scale) + "}, \"engine\": %, \"nms\": {\"family\": " + subject.family +
         ", \"score\": 0.0002, \"iou\": 1, \"max\": 100000}}";
}

// Noise with a few flat things in it.
std::vector<uint8_t> noise() {
  std::mt19937 random(61);
  std::vector<uint8_t> pixels(size_t{3} * kSize * kSize);
  for (size_t i = 0; i < pixels.size(); ++i) {
    const size_t x = i / 3 % kSize, y = i / 3 / kSize;
    const bool flat = x % 130 > 60 && y % 150 > 80;
    pixels[i] = flat ? static_cast<uint8_t>(40 + x) : static_cast<uint8_t>(random());
  }
  return pixels;
}

std::vector<ls_detection> found(const Subject& subject, const std::string& more, bool cut) {
  Fixture runtime;
  ls_handle engine = 0;
  const Event opened = runtime.engine(subject.model, ", \"precision\": \"fp32\"" + more, &engine);
  CHECK_EQ(opened.head.kind, LS_OPENED);
  CHECK_EQ(opened.payload.find(subject.head) != std::string::npos, cut);
  const ls_handle chain = runtime.chain(chain_for(subject), engine);
  const Event event = runtime.through(chain, runtime.frame(LS_RGB, kSize, kSize, noise()));
  CHECK_EQ(event.head.status, LS_OK);
  CHECK_EQ(ls_frame_release(runtime, event.head.frame), LS_OK);
  for (const ls_handle object : {chain, engine}) {
    CHECK_EQ(ls_close(runtime, object), LS_OK);
    CHECK_EQ(runtime.next().head.kind, LS_CLOSED);
  }
  return event.detections();
}

void check_cut(const Subject& subject) {
  const auto expected = found(subject, "", false);
  const auto cut = found(subject, ", \"input\": \"native\", \"decode\": \"native\"", true);
  CHECK(expected.size() > 20);
  // One that scores just the threshold may be on either side of it.
  CHECK(std::fabs(static_cast<double>(cut.size()) - static_cast<double>(expected.size())) < 3);
  size_t same = 0;
  for (const ls_detection& one : cut) {
    for (const ls_detection& other : expected) {
      if (one.class_id == other.class_id && std::fabs(one.score - other.score) < 1e-4 &&
          std::fabs(one.x1 - other.x1) < 0.05 && std::fabs(one.y1 - other.y1) < 0.05 &&
          std::fabs(one.x2 - other.x2) < 0.05 && std::fabs(one.y2 - other.y2) < 0.05) {
        ++same;
        break;
      }
    }
  }
  CHECK(same + 3 > cut.size());
}

}  // namespace

TEST(a_head_left_to_nms_gives_what_the_model_gives) {
  need_backend();
  check_cut({LINESIDE_ROOT "/pipelines/assets/parts-n.onnx", "distributions",
             "\"yolov8\", \"classes\": 23", "0.00392"});
}

TEST(so_does_one_of_offsets) {
  need_backend();
  check_cut({check::shared("models/yolox_nano_coco_416_fp32.onnx"), "offsets",
             "\"yolox\", \"classes\": 80", "1"});
}
