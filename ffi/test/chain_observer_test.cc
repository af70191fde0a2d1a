// Chains whose engine's outputs an observer counts.
#include "backend.h"
#include "fixture.h"
#include "tiny_model.h"

using namespace lineside;
using test::Event;
using test::Fixture;
using test::need_backend;
using test::TemporaryFile;

namespace {

constexpr int kRows = 4;
const std::string kLetterbox =
    "{\"letterbox\": {\"width\": 6, \"height\": 4, \"order\": \"GREY\", \"scale\": 1}";

// An engine that gives out the pixels of its picture, and observers of it.
struct Counted {
  const TemporaryFile model{"model.onnx", test::squeeze_model(kRows, 1)};
  Fixture runtime;
  ls_handle engine = 0;

  Counted() { CHECK_EQ(runtime.engine(model.path(), "", &engine).head.kind, LS_OPENED); }

  ls_handle observer(const char* tensor = "0") {
    ls_handle handle = 0;
    ls_error error{};
    const std::string config = std::string("{\"tensors\": [") + tensor + "], \"channels\": true}";
    CHECK_EQ(ls_observer_create(runtime, config.c_str(), &handle, &error), LS_OK);
    return handle;
  }

  ls_handle chain(ls_handle observer) {
    return runtime.chain(
        kLetterbox + ", \"engine\": %, \"observer\": " + std::to_string(observer) + "}", engine);
  }

  ls_handle picture(uint8_t value) {
    return runtime.frame(LS_GREY, 6, kRows, std::vector<uint8_t>(6 * kRows, value), value);
  }

  ls_histogram read(ls_handle observer) {
    ls_histogram seen{};
    ls_error error{};
    CHECK_EQ(ls_observer_read(runtime, observer, 0, &seen, nullptr, 0, &error), LS_OK);
    return seen;
  }

  void close(ls_handle handle) {
    CHECK_EQ(ls_close(runtime, handle), LS_OK);
    CHECK_EQ(runtime.next().head.kind, LS_CLOSED);
  }
};

}  // namespace

TEST(outputs_are_counted_where_they_lie) {
  need_backend();
  Counted counted;
  const ls_handle inside = counted.observer(), outside = counted.observer();
  const ls_handle counting = counted.chain(inside);
  const ls_handle plain = counted.runtime.chain(kLetterbox + ", \"engine\": %}", counted.engine);
  constexpr int kPictures = 50;
  for (int i = 0; i < kPictures; ++i) {
    const ls_handle given = counted.picture(static_cast<uint8_t>(3 * i));
    CHECK_EQ(ls_chain_submit(counted.runtime, counting, given, static_cast<uint32_t>(i)), LS_OK);
  }
  for (int i = 0; i < kPictures; ++i) {
    const Event event = counted.runtime.next();
    CHECK_EQ(event.head.status, LS_OK);
    CHECK_EQ(event.payload, "");
    // It is the picture itself, with nothing on it.
    ls_tensor_info info{};
    ls_error error{};
    CHECK_EQ(ls_tensor_describe(counted.runtime, event.head.frame, 0, &info, &error),
             LS_ERR_ARGUMENT);
    ls_frame_release(counted.runtime, event.head.frame);
  }
  for (int i = kPictures; i-- > 0;) {
    const ls_handle given = counted.picture(static_cast<uint8_t>(3 * i));
    const Event event = counted.runtime.through(plain, given);
    CHECK_EQ(ls_observer_submit(counted.runtime, outside, event.head.frame, 1), LS_OK);
    ls_frame_release(counted.runtime, counted.runtime.next().head.frame);
  }
  const ls_histogram seen = counted.read(inside), known = counted.read(outside);
  CHECK_EQ(seen.count, 24u * kPictures);
  CHECK_EQ(seen.max, 147.0F);
  CHECK_EQ(std::memcmp(&seen, &known, sizeof seen), 0);
}

TEST(what_does_not_fit_an_observer_fails_its_job) {
  need_backend();
  Counted counted;
  const ls_handle other = counted.observer("1");
  const ls_handle chain = counted.chain(other);
  Event event = counted.runtime.through(chain, counted.picture(1));
  CHECK_EQ(event.head.status, LS_ERR_FORMAT);
  CHECK_CONTAINS(event.payload, "tensor 1 is to be observed, but the frame has 1 tensors");
  ls_frame_release(counted.runtime, event.head.frame);
  counted.close(other);
  event = counted.runtime.through(chain, counted.picture(1));
  CHECK_EQ(event.head.status, LS_ERR_CLOSED);
  CHECK_CONTAINS(event.payload, "the observer is closing");
  ls_frame_release(counted.runtime, event.head.frame);
}

TEST(an_observer_wants_an_engine_and_no_nms) {
  const auto refusal = [](const std::string& config) {
    Fixture runtime;
    std::string message;
    CHECK_EQ(runtime.chain(config, 0, &message), 0u);
    return message;
  };
  CHECK_CONTAINS(refusal(kLetterbox + ", \"observer\": 3}"), "chain.observer: counts what an");
  CHECK_CONTAINS(refusal("{\"engine\": 3, \"observer\": 4, \"nms\": {\"family\": \"yolox\"}}"),
                 "there must be an engine, and no nms");
  need_backend();
  Counted counted;
  std::string message;
  counted.runtime.chain("{\"engine\": %, \"observer\": 4711}", counted.engine, &message);
  CHECK_CONTAINS(message, "there is no observer with the handle 4711");
}
