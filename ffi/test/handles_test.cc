// Frames and handles: what is stale is refused, what is held is counted.
#include "core/handles.h"

#include <atomic>
#include <set>
#include <thread>

#include "core/error.h"
#include "fixture.h"

using namespace lineside;
using test::Fixture;

TEST(no_handle_is_zero_or_twice_alive) {
  Handles handles;
  std::set<ls_handle> seen;
  for (int i = 0; i < 5000; ++i) {
    const ls_handle handle = handles.add(std::make_shared<Frame>());
    CHECK(handle != 0);
    CHECK(seen.insert(handle).second);
  }
  CHECK_EQ(handles.live_frames(), 5000u);
  for (ls_handle handle : seen) CHECK(handles.release(handle));
  CHECK_EQ(handles.live_frames(), 0u);
}

TEST(a_stale_handle_stays_stale) {
  Handles handles;
  const ls_handle first = handles.add(std::make_shared<Frame>());
  CHECK(handles.release(first));
  // Long enough for its slot to be used again many times.
  for (int i = 0; i < 100000; ++i) {
    const ls_handle handle = handles.add(std::make_shared<Frame>());
    CHECK(handle != first);
    CHECK(handles.frame(first) == nullptr);
    handles.release(handle);
  }
  CHECK(!handles.retain(first));
  CHECK(!handles.release(first));
}

TEST(references_are_counted) {
  Handles handles;
  const ls_handle handle = handles.add(std::make_shared<Frame>());
  CHECK(handles.retain(handle));
  CHECK(handles.release(handle));
  CHECK(handles.frame(handle) != nullptr);
  CHECK(handles.release(handle));
  CHECK(handles.frame(handle) == nullptr);
}

TEST(too_many_frames_are_an_error) {
  Handles handles;
  for (int i = 0; i < 65535; ++i) handles.add(std::make_shared<Frame>());
  bool thrown = false;
  try {
    handles.add(std::make_shared<Frame>());
  } catch (const Error& error) {
    thrown = true;
    CHECK_CONTAINS(error.what(), "65535");
  }
  CHECK(thrown);
  CHECK_EQ(handles.clear_frames(), 65535u);
}

TEST(frames_keep_their_pixels) {
  Fixture runtime;
  const std::vector<uint8_t> pixels = {1, 2, 3, 4, 5, 6};
  const ls_handle frame = runtime.frame(LS_GREY, 3, 2, pixels);
  std::vector<uint8_t> out(6);
  ls_error error{};
  CHECK_EQ(ls_frame_read(runtime, frame, LS_GREY, out.data(), out.size(), &error), LS_OK);
  CHECK(out == pixels);
  CHECK_EQ(ls_frame_read(runtime, frame, LS_RGB, out.data(), out.size(), &error), LS_ERR_ARGUMENT);
  CHECK_CONTAINS(error.message, "expected 18 bytes, found 6");
  CHECK_EQ(ls_frame_read(runtime, frame, LS_NV12, out.data(), 6, &error), LS_ERR_ARGUMENT);
  CHECK_EQ(ls_frame_release(runtime, frame), LS_OK);
  CHECK_EQ(ls_frame_read(runtime, frame, LS_GREY, out.data(), 6, &error), LS_ERR_HANDLE);
  CHECK_EQ(ls_live_frames(runtime), 0u);
}

TEST(a_wrong_picture_is_refused) {
  Fixture runtime;
  const std::vector<uint8_t> data(64);
  ls_handle frame = 0;
  ls_error error{};
  CHECK_EQ(ls_frame_create(runtime, LS_RGB, 4, 4, data.data(), 47, 0, 0, &frame, &error),
           LS_ERR_ARGUMENT);
  CHECK_CONTAINS(error.message, "expected 48 bytes, found 47");
  CHECK_EQ(ls_frame_create(runtime, 99, 4, 4, data.data(), 48, 0, 0, &frame, &error),
           LS_ERR_ARGUMENT);
  CHECK_EQ(ls_frame_create(runtime, LS_RGB, 0, 4, data.data(), 0, 0, 0, &frame, &error),
           LS_ERR_ARGUMENT);
  CHECK_EQ(ls_frame_create(runtime, LS_RGB, 4000000000u, 4000000000u, data.data(), 48, 0, 0, &frame,
                           &error),
           LS_ERR_ARGUMENT);
  CHECK_EQ(ls_frame_create(runtime, LS_RGB, 4, 4, nullptr, 48, 0, 0, &frame, &error),
           LS_ERR_ARGUMENT);
  CHECK_EQ(ls_frame_create(nullptr, LS_RGB, 4, 4, data.data(), 48, 0, 0, &frame, &error),
           LS_ERR_ARGUMENT);
  CHECK_EQ(frame, 0u);
}

TEST(leaked_frames_are_counted) {
  Fixture runtime;
  runtime.blank(16, 16);
  const ls_handle twice = runtime.blank(16, 16);
  ls_frame_retain(runtime, twice);
  CHECK_EQ(ls_live_frames(runtime), 2u);
  CHECK_EQ(runtime.destroy(), 2u);
}

TEST(threads_share_frames) {
  Fixture runtime;
  const ls_handle shared = runtime.blank(64, 64);
  std::atomic<int> refused{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 500; ++i) {
        if (ls_frame_retain(runtime, shared) != LS_OK) ++refused;
        const ls_handle own = runtime.blank(32, 32);
        uint8_t grey[32 * 32];
        ls_error error{};
        if (ls_frame_read(runtime, own, LS_GREY, grey, sizeof grey, &error) != LS_OK) ++refused;
        ls_frame_release(runtime, own);
        if (ls_frame_release(runtime, own) != LS_ERR_HANDLE) ++refused;
        ls_frame_release(runtime, shared);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK_EQ(refused.load(), 0);
  CHECK_EQ(ls_live_frames(runtime), 1u);
  CHECK_EQ(ls_frame_release(runtime, shared), LS_OK);
}
