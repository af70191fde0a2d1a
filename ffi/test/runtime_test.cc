// The queue of completions, the pool, configuration, and the order of closing.
#include <atomic>
#include <thread>

#include "core/c_api.h"
#include "core/completions.h"
#include "core/config.h"
#include "core/pool.h"
#include "fixture.h"

using namespace lineside;
using test::Fixture;

namespace {

Completion completion(uint32_t token, std::string payload = {}) {
  Completion result;
  result.head.kind = LS_DONE;
  result.head.token = token;
  result.payload = std::move(payload);
  return result;
}

std::string config_error(const char* text) {
  ls_runtime* runtime = nullptr;
  ls_error error{};
  if (ls_runtime_create(text, &runtime, &error) == LS_OK) {
    ls_runtime_destroy(runtime);
    return "";
  }
  CHECK(runtime == nullptr);
  return error.message;
}

// An object whose own thread closes it a little later, as a source does.
class Slow : public Object {
 public:
  explicit Slow(Runtime& runtime) : Object(runtime) {}
  ~Slow() override {
    if (thread_.joinable()) thread_.join();
  }
  const char* kind() const override { return "slow"; }
  void close() override {
    thread_ = std::thread([this] {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      auto frame = std::make_shared<Frame>();
      frame->picture.width = 7;
      runtime().give(*this, frame);
      runtime().closed(*this);
    });
  }
  std::string stats() const override { return "{\"kind\":\"slow\"}"; }

 private:
  std::thread thread_;
};

}  // namespace

TEST(completions_come_in_order_with_their_payloads) {
  Completions queue;
  queue.push(completion(1, "abc"));
  queue.push(completion(2));
  queue.push(completion(3, "0123456789"));
  CHECK_EQ(queue.wait(0), 3u);
  ls_completion out[8];
  char payload[64];
  uint32_t needed = 9;
  CHECK_EQ(queue.take(out, 8, payload, sizeof payload, &needed), 3u);
  CHECK_EQ(needed, 0u);
  CHECK_EQ(out[0].token, 1u);
  CHECK_EQ(std::string(payload + out[0].payload_offset, out[0].payload_size), "abc");
  CHECK_EQ(out[1].payload_size, 0u);
  CHECK_EQ(out[2].payload_offset % 8, 0u);
  CHECK_EQ(std::string(payload + out[2].payload_offset, out[2].payload_size), "0123456789");
  CHECK_EQ(queue.wait(0), 0u);
}

TEST(a_payload_too_large_waits_for_a_larger_buffer) {
  Completions queue;
  queue.push(completion(1, "abcd"));
  queue.push(completion(2, std::string(100, 'x')));
  ls_completion out[8];
  char payload[128];
  uint32_t needed = 0;
  CHECK_EQ(queue.take(out, 8, payload, 50, &needed), 1u);
  CHECK_EQ(needed, 0u);
  CHECK_EQ(queue.take(out, 8, payload, 50, &needed), 0u);
  CHECK_EQ(needed, 100u);
  CHECK_EQ(queue.take(out, 8, payload, 100, &needed), 1u);
  CHECK_EQ(out[0].token, 2u);
}

TEST(wake_ends_one_wait) {
  Completions queue;
  std::thread waker([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    queue.wake();
  });
  const double begun = ls_now();
  CHECK_EQ(queue.wait(60), 0u);
  CHECK(ls_now() - begun < 30);
  waker.join();
  queue.wake();
  CHECK_EQ(queue.wait(60), 0u);
  CHECK_EQ(queue.wait(0.001), 0u);
}

TEST(many_threads_push_and_one_takes) {
  Completions queue;
  constexpr int kThreads = 4, kEach = 5000;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&queue, t] {
      for (int i = 0; i < kEach; ++i) queue.push(completion(t << 16 | i, "payload"));
    });
  }
  int next[kThreads] = {}, taken = 0;
  while (taken < kThreads * kEach) {
    queue.wait(10);
    ls_completion out[32];
    char payload[256];
    uint32_t needed = 0;
    const uint32_t count = queue.take(out, 32, payload, sizeof payload, &needed);
    for (uint32_t i = 0; i < count; ++i) {
      // In order within a thread.
      CHECK_EQ(static_cast<int>(out[i].token & 0xFFFF), next[out[i].token >> 16]++);
    }
    taken += static_cast<int>(count);
  }
  for (auto& thread : threads) thread.join();
  CHECK_EQ(queue.waiting(), 0u);
}

TEST(the_pool_runs_everything_before_it_ends) {
  std::atomic<int> ran{0};
  {
    Pool pool(3);
    for (int i = 0; i < 1000; ++i) {
      if (i % 2) {
        pool.post([&] { ++ran; });
      } else {
        pool.post_urgent([&] { ++ran; });
      }
    }
    pool.drain();
    CHECK_EQ(ran.load(), 1000);
    for (int i = 0; i < 100; ++i) pool.post([&] { ++ran; });
  }
  CHECK_EQ(ran.load(), 1100);
}

TEST(rows_are_all_done_once) {
  Pool pool(3);
  for (int rows : {0, 1, 63, 64, 128, 1000, 1080}) {
    std::vector<std::atomic<int>> seen(rows + 1);
    pool.parallel_rows(rows, [&](int first, int last) {
      for (int row = first; row < last; ++row) ++seen[row];
    });
    for (int row = 0; row < rows; ++row) CHECK_EQ(seen[row].load(), 1);
    CHECK_EQ(seen[rows].load(), 0);
  }
}

TEST(rows_can_be_split_on_a_busy_pool) {
  Pool pool(2);
  std::atomic<int> sum{0};
  for (int i = 0; i < 8; ++i) {
    pool.post([&] { pool.parallel_rows(512, [&](int first, int last) { sum += last - first; }); });
  }
  pool.drain();
  CHECK_EQ(sum.load(), 8 * 512);
}

TEST(configuration_errors_name_what_is_wrong) {
  CHECK_EQ(config_error(nullptr), "");
  CHECK_EQ(config_error("{}"), "");
  CHECK_CONTAINS(config_error("{\"threads\": 2"), "no JSON");
  CHECK_CONTAINS(config_error("[1]"), "expected a JSON object, found [1]");
  CHECK_CONTAINS(config_error("{\"thread\": 2}"),
                 "runtime.thread: there is no such key: did you mean \"threads\"?");
  CHECK_CONTAINS(config_error("{\"zebra\": 2}"), "expected one of \"threads\"");
  CHECK_CONTAINS(config_error("{\"threads\": \"2\"}"), "found \"2\"");
  CHECK_CONTAINS(config_error("{\"threads\": 1.5}"), "whole number from 0 to 1024, found 1.5");
  CHECK_CONTAINS(config_error("{\"threads\": -1}"), "found -1");
  CHECK_CONTAINS(config_error("{\"threads\": 1e300}"), "found 1e+300");
  CHECK_CONTAINS(config_error("{\"backendPath\": 7}"), "expected a string, found 7");
  CHECK_EQ(nearest("openvin", {"auto", "openvino", "tensorrt"}), "openvino");
  CHECK_EQ(nearest("zzzzzz", {"auto", "openvino"}), "");
}

TEST(null_pointers_are_no_crash) {
  ls_error error{};
  CHECK_EQ(ls_runtime_create("{}", nullptr, &error), LS_ERR_ARGUMENT);
  CHECK_EQ(ls_runtime_destroy(nullptr), 0u);
  CHECK_EQ(ls_wait(nullptr, 1), 0u);
  ls_wake(nullptr);
  CHECK_EQ(ls_take(nullptr, nullptr, 1, nullptr, 0, nullptr), 0u);
  CHECK_EQ(ls_close(nullptr, 1), LS_ERR_ARGUMENT);
  CHECK_EQ(ls_stats(nullptr, 0, nullptr, 0), 0u);
  CHECK_EQ(ls_live_frames(nullptr), 0u);
  ls_handle handle = 0;
  CHECK_EQ(ls_engine_open(nullptr, "{}", &handle, &error), LS_ERR_ARGUMENT);
  CHECK_EQ(ls_chain_submit(nullptr, 1, 1, 1), LS_ERR_ARGUMENT);
  Fixture runtime;
  CHECK_EQ(ls_engine_open(runtime, nullptr, &handle, &error), LS_ERR_ARGUMENT);
  CHECK_EQ(ls_chain_create(runtime, nullptr, &handle, &error), LS_ERR_ARGUMENT);
}

TEST(stats_need_their_room) {
  Fixture runtime;
  const uint32_t size = ls_stats(runtime, 0, nullptr, 0);
  CHECK(size > 20);
  std::string text(size, 'x');
  CHECK_EQ(ls_stats(runtime, 0, text.data(), size), size);
  CHECK_CONTAINS(text, "\"liveFrames\":0");
  char little[5] = "xxxx";
  CHECK_EQ(ls_stats(runtime, 0, little, 5), size);
  CHECK_EQ(std::strlen(little), 4u);
  CHECK_EQ(ls_stats(runtime, 12345, little, 5), 0u);
}

TEST(closed_comes_last_and_once) {
  Fixture fixture;
  Runtime& runtime = static_cast<ls_runtime*>(fixture)->runtime;
  const ls_handle handle = runtime.add(std::shared_ptr<Object>(std::make_shared<Slow>(runtime)));
  CHECK_EQ(ls_close(fixture, handle), LS_OK);
  CHECK_EQ(ls_close(fixture, handle), LS_ERR_CLOSED);
  auto event = fixture.next(10);
  CHECK_EQ(event.head.kind, LS_FRAME);
  CHECK_EQ(event.head.width, 7u);
  CHECK_EQ(ls_frame_release(fixture, event.head.frame), LS_OK);
  event = fixture.next(10);
  CHECK_EQ(event.head.kind, LS_CLOSED);
  CHECK_EQ(event.head.object, handle);
  CHECK_EQ(ls_close(fixture, handle), LS_ERR_HANDLE);
  CHECK_EQ(fixture.next(0.01).head.kind, 0u);
}

TEST(destroying_closes_what_is_open) {
  for (int i = 0; i < 20; ++i) {
    Fixture fixture;
    Runtime& runtime = static_cast<ls_runtime*>(fixture)->runtime;
    for (int k = 0; k < 3; ++k) {
      const ls_handle handle =
          runtime.add(std::shared_ptr<Object>(std::make_shared<Slow>(runtime)));
      if (k == i % 3) ls_close(fixture, handle);
    }
    // The frames they give in their last moment were never taken: nobody holds them.
    CHECK_EQ(fixture.destroy(), 0u);
  }
}

TEST(a_handle_of_another_kind_is_refused) {
  Fixture runtime;
  const ls_handle frame = runtime.blank(16, 16);
  CHECK_EQ(ls_chain_submit(runtime, frame, frame, 0), LS_ERR_HANDLE);
  CHECK_EQ(ls_close(runtime, frame), LS_ERR_HANDLE);
  CHECK_EQ(ls_frame_release(runtime, frame), LS_OK);
}
