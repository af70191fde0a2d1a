// Chains on real models and real video; and that fused or not, the answer is the same.
#include "chain/backend.h"
#include "core/error.h"
#include "fixture.h"
#include "tiny_model.h"

using namespace lineside;
using test::Event;
using test::Fixture;

namespace {

const char* const kLetterbox =
    "\"letterbox\": {\"width\": 416, \"height\": 416, \"order\": \"BGR\", "
    "\"scale\": 1, \"align\": \"top-left\"}";
const char* const kNms = "\"nms\": {\"family\": \"yolox\"}";

// Frames of the clip, as its decoder gives them.
std::vector<ls_handle> clip(Fixture& runtime, uint32_t count) {
  const std::string path = check::shared("video/bottle-detection.mp4");
  ls_handle source = 0;
  ls_error error{};
  const std::string config = "{\"kind\": \"file\", \"location\": \"" + path + "\"}";
  if (ls_source_open(runtime, config.c_str(), &source, &error) != LS_OK) SKIP(error.message);
  CHECK_EQ(runtime.next().head.kind, LS_OPENED);
  ls_source_credit(runtime, source, count);
  std::vector<ls_handle> frames;
  while (frames.size() < count) {
    const Event event = runtime.next();
    CHECK_EQ(event.head.kind, LS_FRAME);
    if (event.head.kind != LS_FRAME) break;
    frames.push_back(event.head.frame);
  }
  ls_close(runtime, source);
  CHECK_EQ(runtime.next().head.kind, LS_CLOSED);
  return frames;
}

struct Yolox {
  Fixture runtime;
  ls_handle engine = 0;

  explicit Yolox(const std::string& more = ", \"precision\": \"fp32\"") {
    const std::string model = check::shared("models/yolox_nano_coco_416_fp32.onnx");
    try {
      load_backend("openvino", Fixture::backends());
    } catch (const Error& error) {
      SKIP(error.what());
    }
    const Event event = runtime.engine(model, more, &engine);
    CHECK_EQ(event.head.kind, LS_OPENED);
    if (event.head.kind != LS_OPENED) throw std::runtime_error(event.payload);
  }

  ls_handle chain(const std::string& parts) { return runtime.chain("{" + parts + "}", engine); }
};

}  // namespace

TEST(bottles_are_found) {
  Yolox yolox;
  const ls_handle chain = yolox.chain(std::string(kLetterbox) + ", \"engine\": %, " + kNms);
  int bottles = 0;
  for (ls_handle frame : clip(yolox.runtime, 8)) {
    const Event event = yolox.runtime.through(chain, frame);
    CHECK_EQ(event.head.frame, frame);
    CHECK_EQ(event.head.width, 640u);
    float last = 1;
    for (const auto& found : event.detections()) {
      CHECK(found.score <= last && found.score > 0.25f);
      last = found.score;
      CHECK(found.x1 >= 0 && found.y1 >= 0 && found.x1 < found.x2 && found.y1 < found.y2);
      CHECK(found.x2 <= 640 && found.y2 <= 360);
      bottles += found.class_id == 39 && found.score > 0.5f;
    }
    CHECK(event.head.stage_ms[0] > 0 && event.head.stage_ms[2] > 0 && event.head.stage_ms[3] > 0);
    ls_frame_release(yolox.runtime, frame);
  }
  CHECK(bottles >= 8);
}

TEST(fused_or_not_gives_the_same) {
  Yolox yolox;
  Fixture& runtime = yolox.runtime;
  const std::string engine = "\"engine\": %", separator = ", ";
  const ls_handle all = yolox.chain(kLetterbox + separator + engine + separator + kNms);
  const std::vector<std::vector<std::string>> ways = {
      {kLetterbox, engine, kNms},
      {kLetterbox + separator + engine, kNms},
      {kLetterbox, engine + separator + kNms},
  };
  for (ls_handle frame : clip(runtime, 2)) {
    const Event whole = runtime.through(all, frame);
    CHECK(whole.payload.size() > 0);
    for (const auto& way : ways) {
      ls_handle held = frame;
      ls_frame_retain(runtime, frame);
      Event event;
      for (const auto& part : way) {
        event = runtime.through(yolox.chain(part), held);
        CHECK_EQ(event.head.status, LS_OK);
        CHECK_NEAR(event.head.pts, whole.head.pts, 0);
        held = event.head.frame;
        ls_tensor_info info{};
        ls_error error{};
        if (part == kLetterbox) {
          CHECK_EQ(ls_tensor_describe(runtime, held, 0, &info, &error), LS_OK);
          CHECK_EQ(info.rank, 4u);
          CHECK_EQ(info.size, 3u * 416 * 416 * 4);
          std::vector<float> tensor(info.size / 4);
          CHECK_EQ(ls_tensor_read(runtime, held, 0, tensor.data(), info.size, &error), LS_OK);
          CHECK_NEAR(tensor.back(), 114, 0);  // the padding under the picture
        } else if (part.find("nms") == std::string::npos) {
          CHECK_EQ(ls_tensor_describe(runtime, held, 0, &info, &error), LS_OK);
          CHECK_EQ(info.shape[1], 3549u);
          CHECK_EQ(info.shape[2], 85u);
          CHECK_EQ(ls_tensor_describe(runtime, held, 1, &info, &error), LS_ERR_ARGUMENT);
          CHECK_EQ(ls_tensor_read(runtime, held, 0, &info, 3, &error), LS_ERR_ARGUMENT);
        }
      }
      CHECK(event.payload == whole.payload);
      ls_frame_release(runtime, held);
    }
    ls_frame_release(runtime, frame);
  }
}

TEST(sizes_that_differ_are_refused) {
  Yolox yolox;
  std::string message;
  CHECK_EQ(yolox.runtime.chain("{\"letterbox\": {\"width\": 640, \"height\": 480}, \"engine\": %}",
                               yolox.engine, &message),
           0u);
  CHECK_CONTAINS(message, "the letterbox makes 1x3x480x640 f32");
  CHECK_CONTAINS(message, "the engine's input is 1x3x416x416 f32");
  const std::string fits = std::string("{") + kLetterbox + ", \"engine\": %, \"nms\": ";
  yolox.runtime.chain(fits + "{\"family\": \"yolov8\"}}", yolox.engine, &message);
  CHECK_CONTAINS(message, "[1, 3549, 85]");
  yolox.runtime.chain(fits + "{\"family\": \"yolox\", \"classes\": 3}}", yolox.engine, &message);
  CHECK_CONTAINS(message, "[1, 3549, 85]");
}

TEST(before_the_model_is_loaded_the_first_job_says_it) {
  const std::string model = check::shared("models/yolox_nano_coco_416_fp32.onnx");
  try {
    load_backend("openvino", Fixture::backends());
  } catch (const Error& error) {
    SKIP(error.what());
  }
  Fixture runtime;
  ls_handle engine = 0;
  ls_error error{};
  ls_engine_open(runtime, ("{\"model\": \"" + model + "\"}").c_str(), &engine, &error);
  const ls_handle chain =
      runtime.chain("{\"letterbox\": {\"width\": 64, \"height\": 64}, \"engine\": %}", engine);
  CHECK_EQ(ls_chain_submit(runtime, chain, runtime.blank(64, 64), 1), LS_OK);
  CHECK_EQ(runtime.next().head.kind, LS_OPENED);
  const Event event = runtime.next();
  CHECK_EQ(event.head.kind, LS_DONE);
  CHECK_EQ(event.head.status, LS_ERR_CONFIG);
  CHECK_CONTAINS(event.payload, "1x3x64x64");
  ls_frame_release(runtime, event.head.frame);
}

TEST(wrong_chains_are_refused) {
  Fixture runtime;
  const auto refusal = [&](const char* config) {
    std::string message;
    CHECK_EQ(runtime.chain(config, 0, &message), 0u);
    return message;
  };
  CHECK_CONTAINS(refusal("{}"), "at least one of letterbox, engine and nms");
  CHECK_CONTAINS(refusal("{\"letterbox\": {}, \"nms\": {\"family\": \"yolox\"}}"),
                 "chain.engine: is missing");
  CHECK_CONTAINS(refusal("{\"letterbox\": {\"witdh\": 3}}"),
                 "chain.letterbox.witdh: there is no such key: did you mean \"width\"?");
  CHECK_CONTAINS(refusal("{\"letterbox\": {\"width\": 0}}"), "found 0");
  CHECK_CONTAINS(refusal("{\"letterbox\": {\"type\": \"u8\", \"scale\": 0.5}}"), "scale must be 1");
  CHECK_CONTAINS(refusal("{\"letterbox\": {\"mean\": [1, 2]}}"), "expected three numbers, found 2");
  CHECK_CONTAINS(refusal("{\"letterbox\": {\"std\": [1, 0, 1]}}"), "greater than 0");
  CHECK_CONTAINS(refusal("{\"letterbox\": 3}"), "expected a JSON object, found 3");
  CHECK_CONTAINS(refusal("{\"nms\": {}}"), "chain.nms.family: is missing");
  CHECK_CONTAINS(refusal("{\"nms\": {\"family\": \"yolo8\"}}"), "did you mean \"yolov8\"?");
  CHECK_CONTAINS(refusal("{\"nms\": {\"family\": \"yolox\", \"keep\": [80]}}"), "from 0 to 79");
  CHECK_CONTAINS(refusal("{\"engine\": 4711}"), "there is no engine with the handle 4711");
}

TEST(a_frame_without_tensors_cannot_be_suppressed) {
  Fixture runtime;
  const ls_handle chain = runtime.chain("{\"nms\": {\"family\": \"yolox\"}}");
  const Event event = runtime.through(chain, runtime.blank(64, 48));
  CHECK_EQ(event.head.status, LS_ERR_ARGUMENT);
  CHECK_CONTAINS(event.payload, "was not letterboxed");
  ls_frame_release(runtime, event.head.frame);
}

TEST(closing_a_chain_answers_first) {
  Fixture runtime;
  const ls_handle chain = runtime.chain("{\"letterbox\": {\"width\": 640, \"height\": 640}}");
  for (int i = 0; i < 8; ++i) ls_chain_submit(runtime, chain, runtime.blank(640, 360), i);
  CHECK_EQ(ls_close(runtime, chain), LS_OK);
  const ls_handle late = runtime.blank(64, 64);
  const int32_t status = ls_chain_submit(runtime, chain, late, 99);
  CHECK(status == LS_ERR_CLOSED || status == LS_ERR_HANDLE);
  ls_frame_release(runtime, late);
  for (int i = 0; i < 8; ++i) {
    const Event event = runtime.next();
    CHECK_EQ(event.head.kind, LS_DONE);
    ls_frame_release(runtime, event.head.frame);
  }
  CHECK_EQ(runtime.next().head.kind, LS_CLOSED);
}
