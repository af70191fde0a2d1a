// Engines: what they refuse, how they batch, how they close.
#include <atomic>
#include <filesystem>
#include <thread>

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
const char* const kChain =
    "{\"letterbox\": {\"width\": 6, \"height\": 4, \"order\": \"GREY\", \"scale\": 1},"
    " \"engine\": %, \"nms\": {\"family\": \"suppressed\"}}";

// Whose one detection has the class `id`.
ls_handle picture(Fixture& runtime, int id, double number = 0) {
  std::vector<uint8_t> pixels(6 * kRows, 0);
  const uint8_t row[] = {1, 1, 4, 3, 1, static_cast<uint8_t>(id)};
  std::copy(std::begin(row), std::end(row), pixels.begin() + 6);
  return runtime.frame(LS_GREY, 6, kRows, pixels, number);
}

void check_detection(const Event& event, int id) {
  CHECK_EQ(event.head.status, LS_OK);
  const auto found = event.detections();
  CHECK_EQ(found.size(), 1u);
  if (found.empty()) return;
  CHECK_EQ(found[0].class_id, id);
  CHECK_NEAR(found[0].x1, 1, 1e-5);
  CHECK_NEAR(found[0].y2, 3, 1e-5);
  CHECK_NEAR(found[0].score, 1, 1e-5);
}

// What LS_FAILED says, its status in front.
std::string failure(const std::string& path, const std::string& more = "") {
  Fixture runtime;
  ls_handle engine = 0;
  const Event event = runtime.engine(path, more, &engine);
  CHECK_EQ(event.head.kind, LS_FAILED);
  CHECK_EQ(event.head.object, engine);
  CHECK_EQ(ls_close(runtime, engine), LS_OK);
  CHECK_EQ(runtime.next().head.kind, LS_CLOSED);
  return std::to_string(event.head.status) + " " + event.payload;
}

std::string refusal(const char* config) {
  Fixture runtime;
  ls_handle engine = 0;
  ls_error error{};
  CHECK_EQ(ls_engine_open(runtime, config, &engine, &error), LS_ERR_CONFIG);
  CHECK_EQ(engine, 0u);
  return error.message;
}

}  // namespace

TEST(wrong_model_files_are_called_by_name) {
  CHECK_CONTAINS(failure("/nowhere/model.onnx"), "4 cannot open the model /nowhere/model.onnx");
  CHECK_CONTAINS(failure("/tmp"), "5 /tmp is no file");
  const TemporaryFile text("text.onnx", "This is not a model at all.\nJust text.\n");
  CHECK_CONTAINS(failure(text.path()), "5 " + text.path() + " is no ONNX model");
  const TemporaryFile empty("empty.onnx", "");
  CHECK_CONTAINS(failure(empty.path()), "it is empty");
  const std::string whole = test::squeeze_model(kRows, 1);
  const TemporaryFile half("half.onnx", whole.substr(0, whole.size() / 2));
  CHECK_CONTAINS(failure(half.path()), "5 " + half.path() + " is truncated: its graph needs");
  const TemporaryFile zeros("zeros.onnx", std::string(1000, 0));
  CHECK_CONTAINS(failure(zeros.path()), "5 " + zeros.path() + " is no ONNX model");
}

// Cut anywhere: an error each time, and never a crash.
TEST(a_model_cut_anywhere_fails_cleanly) {
  need_backend();
  const std::string whole = test::squeeze_model(kRows, 1);
  // From here on only the operator set is missing, which OpenVINO may supply.
  for (size_t size = 0; size + 6 < whole.size(); size += 7) {
    const TemporaryFile file("cut.onnx", whole.substr(0, size));
    CHECK_CONTAINS(failure(file.path()), "5 ");
  }
}

TEST(a_graph_of_garbage_fails_cleanly) {
  need_backend();
  using test::Proto;
  const TemporaryFile file("garbage.onnx",
                           Proto().number(1, 7).bytes(7, std::string(100, '\x0f')).text());
  CHECK_CONTAINS(failure(file.path()), "5 " + file.path() + " is no model that OpenVINO can read");
}

TEST(a_large_model_cut_short_fails_cleanly) {
  need_backend();
  const std::string path = check::shared("models/yolox_nano_coco_416_fp32.onnx");
  std::string bytes(1000000, 0);
  FILE* file = std::fopen(path.c_str(), "rb");
  CHECK_EQ(std::fread(bytes.data(), 1, bytes.size(), file), bytes.size());
  std::fclose(file);
  const TemporaryFile cut("cut.onnx", bytes);
  CHECK_CONTAINS(failure(cut.path()), "is truncated: its graph needs");
}

TEST(a_wrong_configuration_is_refused) {
  CHECK_CONTAINS(refusal("{}"), "engine.model: is missing");
  CHECK_CONTAINS(refusal("{\"model\": \"a.onnx\", \"batchSize\": 2}"), "did you mean \"batch\"?");
  CHECK_CONTAINS(refusal("{\"model\": \"a.onnx\", \"batch\": 0}"), "from 1 to 1024, found 0");
  CHECK_CONTAINS(refusal("{\"model\": \"a.onnx\", \"precision\": \"fp23\"}"),
                 "did you mean \"fp32\"?");
  CHECK_CONTAINS(refusal("{\"model\": \"a.onnx\", \"backend\": \"openvin\"}"),
                 "did you mean \"openvino\"?");
  CHECK_CONTAINS(refusal("{\"model\": 7}"), "expected a string, found 7");
}

TEST(a_missing_backend_is_said) {
  const TemporaryFile model("model.onnx", test::squeeze_model(kRows, 1));
  Fixture runtime("{\"backendPath\": \"/nowhere\"}");
  ls_handle engine = 0;
  const Event event = runtime.engine(model.path(), ", \"backend\": \"openvino\"", &engine);
  CHECK_EQ(event.head.status, LS_ERR_NOT_FOUND);
  CHECK_CONTAINS(event.payload, "/nowhere/liblineside_openvino.so does not exist");
}

TEST(what_a_model_cannot_do_is_said) {
  need_backend();
  const TemporaryFile model("model.onnx", test::squeeze_model(kRows, 1));
  CHECK_CONTAINS(failure(model.path(), ", \"precision\": \"int8\""), "is not quantized");
  CHECK_CONTAINS(failure(model.path(), ", \"device\": \"TOASTER\""), "TOASTER");
  CHECK_CONTAINS(failure(model.path(), ", \"inputShape\": [1, 4, 6]"),
                 "2 " + model.path() + " has an input of [1,1,4,6]");
}

TEST(an_engine_says_what_it_is) {
  need_backend();
  const TemporaryFile model("model.onnx", test::squeeze_model(kRows, 0));
  Fixture runtime;
  ls_handle engine = 0;
  const Event event =
      runtime.engine(model.path(), ", \"batch\": 3, \"precision\": \"fp32\"", &engine);
  CHECK_EQ(event.head.kind, LS_OPENED);
  CHECK_CONTAINS(event.payload, "\"shape\":[3,1,4,6]");
  CHECK_CONTAINS(event.payload, "\"shape\":[3,4,6]");
  CHECK_CONTAINS(event.payload, "\"precision\":\"fp32\"");
  CHECK_CONTAINS(event.payload, "\"batch\":3");
}

TEST(a_compiled_model_is_kept_in_the_cache) {
  need_backend();
  const TemporaryFile model("model.onnx", test::squeeze_model(kRows, 1));
  const TemporaryFile place("cache", "");
  const std::string folder = place.path() + "-folder";
  const std::string cache = ", \"cache\": \"" + folder + "\"";
  for (const char* cached : {"\"cached\":false", "\"cached\":true"}) {
    Fixture runtime;
    ls_handle engine = 0;
    CHECK_CONTAINS(runtime.engine(model.path(), cache, &engine).payload, cached);
  }
  std::filesystem::remove_all(folder);
  // A file where the folder should be: no cache, and a word that says why.
  CHECK_CONTAINS(failure(model.path(), ", \"cache\": \"" + place.path() + "/sub\""),
                 "7 engine.cache: cannot make the folder " + place.path() + "/sub");
}

TEST(frames_of_two_chains_share_a_batch) {
  need_backend();
  const TemporaryFile model("model.onnx", test::squeeze_model(kRows, 0));
  Fixture runtime;
  ls_handle engine = 0;
  runtime.engine(model.path(), ", \"batch\": 4, \"maxDelay\": 30", &engine);
  const ls_handle chains[] = {runtime.chain(kChain, engine), runtime.chain(kChain, engine)};
  for (int i = 0; i < 4; ++i) {
    CHECK_EQ(ls_chain_submit(runtime, chains[i % 2], picture(runtime, 10 + i, i), 100 + i), LS_OK);
  }
  bool seen[4] = {};
  for (int i = 0; i < 4; ++i) {
    const Event event = runtime.next();
    const int index = static_cast<int>(event.head.token) - 100;
    if (index < 0 || index > 3) {
      CHECK_EQ(index, 0);
      continue;
    }
    seen[index] = true;
    CHECK_EQ(event.head.object, chains[index % 2]);
    CHECK_NEAR(event.head.number, index, 0);
    check_detection(event, 10 + index);
    ls_frame_release(runtime, event.head.frame);
  }
  for (bool one : seen) CHECK(one);
  char stats[512] = {};
  ls_stats(runtime, engine, stats, sizeof stats);
  CHECK_CONTAINS(stats, "\"batches\":1,");
  CHECK_CONTAINS(stats, "\"frames\":4,");
  CHECK_CONTAINS(stats, "\"meanBatch\":4.0");
}

TEST(a_lone_frame_waits_for_max_delay) {
  need_backend();
  const TemporaryFile model("model.onnx", test::squeeze_model(kRows, 0));
  Fixture runtime;
  ls_handle engine = 0;
  runtime.engine(model.path(), ", \"batch\": 4, \"maxDelay\": 0.1", &engine);
  const ls_handle chain = runtime.chain(kChain, engine);
  const Event event = runtime.through(chain, picture(runtime, 5));
  check_detection(event, 5);
  CHECK(event.head.stage_ms[1] > 90);
  ls_frame_release(runtime, event.head.frame);
}

TEST(closing_does_not_wait_for_max_delay) {
  need_backend();
  const TemporaryFile model("model.onnx", test::squeeze_model(kRows, 0));
  Fixture runtime;
  ls_handle engine = 0;
  runtime.engine(model.path(), ", \"batch\": 4, \"maxDelay\": 60", &engine);
  const ls_handle chain = runtime.chain(kChain, engine);
  CHECK_EQ(ls_chain_submit(runtime, chain, picture(runtime, 5), 1), LS_OK);
  CHECK_EQ(ls_close(runtime, engine), LS_OK);
  const Event done = runtime.next(30);
  CHECK_EQ(done.head.kind, LS_DONE);
  check_detection(done, 5);
  CHECK_EQ(runtime.next(30).head.kind, LS_CLOSED);
  CHECK_EQ(ls_chain_submit(runtime, chain, done.head.frame, 1), LS_ERR_CLOSED);
  // Refused, so still ours.
  CHECK_EQ(ls_frame_release(runtime, done.head.frame), LS_OK);
}

TEST(jobs_of_an_engine_that_fails_are_answered) {
  const TemporaryFile text("text.onnx", "no model");
  Fixture runtime;
  ls_handle engine = 0;
  ls_error error{};
  const std::string config = "{\"model\": \"" + text.path() + "\"}";
  CHECK_EQ(ls_engine_open(runtime, config.c_str(), &engine, &error), LS_OK);
  std::string message;
  // Known at once or only later: either way it is said.
  const ls_handle chain = runtime.chain(kChain, engine, &message);
  if (!chain) {
    CHECK_CONTAINS(message, "is no ONNX model");
    return;
  }
  const ls_handle frame = picture(runtime, 1);
  CHECK_EQ(ls_chain_submit(runtime, chain, frame, 9), LS_OK);
  int failed = 0, answered = 0;
  for (int i = 0; i < 2; ++i) {
    const Event event = runtime.next();
    failed += event.head.kind == LS_FAILED;
    if (event.head.kind != LS_DONE) continue;
    ++answered;
    CHECK_EQ(event.head.status, LS_ERR_FORMAT);
    CHECK_EQ(event.head.frame, frame);
    CHECK_CONTAINS(event.payload, "is no ONNX model");
    ls_frame_release(runtime, frame);
  }
  CHECK_EQ(failed, 1);
  CHECK_EQ(answered, 1);
}

TEST(a_job_that_does_not_fit_fails_alone) {
  need_backend();
  const TemporaryFile model("model.onnx", test::squeeze_model(kRows, 0));
  Fixture runtime;
  ls_handle engine = 0;
  runtime.engine(model.path(), ", \"batch\": 2, \"maxDelay\": 30", &engine);
  const ls_handle good = runtime.chain(kChain, engine);
  const ls_handle bare =
      runtime.chain("{\"engine\": %, \"nms\": {\"family\": \"suppressed\"}}", engine);
  CHECK_EQ(ls_chain_submit(runtime, bare, picture(runtime, 3), 3), LS_OK);
  CHECK_EQ(ls_chain_submit(runtime, good, picture(runtime, 4), 4), LS_OK);
  for (int i = 0; i < 2; ++i) {
    const Event event = runtime.next();
    if (event.head.token == 4) {
      check_detection(event, 4);
    } else {
      CHECK_EQ(event.head.status, LS_ERR_ARGUMENT);
      CHECK_CONTAINS(event.payload, "letterbox it first");
    }
    ls_frame_release(runtime, event.head.frame);
  }
}

TEST(destroying_with_work_in_flight_frees_everything) {
  need_backend();
  const TemporaryFile model("model.onnx", test::squeeze_model(kRows, 0));
  for (int round = 0; round < 5; ++round) {
    Fixture runtime;
    ls_handle engine = 0;
    runtime.engine(model.path(), ", \"batch\": 3, \"maxDelay\": 0.002", &engine);
    const ls_handle chain = runtime.chain(kChain, engine);
    for (int i = 0; i < 50; ++i) ls_chain_submit(runtime, chain, picture(runtime, i), i);
    CHECK_EQ(runtime.destroy(), 0u);
  }
}

TEST(threads_submit_to_shared_engines) {
  need_backend();
  const TemporaryFile model("model.onnx", test::squeeze_model(kRows, 0));
  Fixture runtime;
  ls_handle engines[2] = {};
  runtime.engine(model.path(), "", &engines[0]);
  runtime.engine(model.path(), ", \"batch\": 4, \"maxDelay\": 0.001", &engines[1]);
  constexpr int kThreads = 3, kEach = 200;
  std::vector<std::thread> threads;
  std::atomic<int> refused{0};
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      const ls_handle chains[] = {runtime.chain(kChain, engines[0]),
                                  runtime.chain(kChain, engines[1])};
      for (int i = 0; i < kEach; ++i) {
        const ls_handle frame = picture(runtime, i % 80);
        refused += ls_chain_submit(runtime, chains[(i + t) % 2], frame, i % 80) != LS_OK;
      }
    });
  }
  for (int i = 0; i < kThreads * kEach; ++i) {
    const Event event = runtime.next();
    CHECK_EQ(event.head.kind, LS_DONE);
    check_detection(event, static_cast<int>(event.head.token));
    if (event.head.frame) ls_frame_release(runtime, event.head.frame);
  }
  for (auto& thread : threads) thread.join();
  CHECK_EQ(refused.load(), 0);
  CHECK_EQ(ls_live_frames(runtime), 0u);
}
