// The place between a source and its consumer's credit.
#include <atomic>
#include <thread>

#include "check.h"
#include "media/gate.h"

using namespace lineside;

namespace {

FramePtr numbered(int number) {
  auto frame = std::make_shared<Frame>();
  frame->number = number;
  return frame;
}

struct Taken {
  std::vector<int> numbers;
  Gate::Give give() {
    return [this](FramePtr frame) { numbers.push_back(static_cast<int>(frame->number)); };
  }
  std::string text() const {
    std::string list;
    for (const int number : numbers) list += std::to_string(number) + " ";
    return list;
  }
};

}  // namespace

TEST(drop_oldest_keeps_the_newest) {
  Taken taken;
  Gate gate(DropPolicy::kDropOldest, 2, taken.give());
  for (int i = 0; i < 5; i++) CHECK(gate.push(numbered(i)));
  gate.credit(9);
  CHECK_EQ(taken.text(), std::string("3 4 "));
  CHECK_EQ(gate.counts().dropped_oldest, 3u);
  CHECK_EQ(gate.counts().credit, 7u);
}

TEST(drop_newest_keeps_the_oldest) {
  Taken taken;
  Gate gate(DropPolicy::kDropNewest, 2, taken.give());
  for (int i = 0; i < 5; i++) CHECK(gate.push(numbered(i)));
  gate.credit(9);
  CHECK_EQ(taken.text(), std::string("0 1 "));
  CHECK_EQ(gate.counts().dropped_newest, 3u);
}

TEST(latest_keeps_one) {
  Taken taken;
  Gate gate(DropPolicy::kLatest, 8, taken.give());
  gate.credit(1);
  for (int i = 0; i < 5; i++) CHECK(gate.push(numbered(i)));
  gate.credit(9);
  CHECK_EQ(taken.text(), std::string("0 4 "));
  CHECK_EQ(gate.counts().dropped_oldest, 3u);
  CHECK_EQ(gate.counts().peak, 1u);
}

TEST(block_loses_nothing_and_keeps_order_between_threads) {
  Taken taken;
  Gate gate(DropPolicy::kBlock, 3, taken.give());
  constexpr int kFrames = 2000;
  std::thread source([&] {
    for (int i = 0; i < kFrames; i++) {
      if (!gate.push(numbered(i))) return;
    }
  });
  while (gate.counts().given < kFrames) gate.credit(1);
  source.join();
  CHECK_EQ(taken.numbers.size(), static_cast<size_t>(kFrames));
  for (int i = 0; i < kFrames; i++) {
    if (taken.numbers[static_cast<size_t>(i)] != i)
      CHECK_EQ(taken.numbers[static_cast<size_t>(i)], i);
  }
  CHECK(gate.counts().peak <= 3);
}

TEST(closing_wakes_a_source_that_waits) {
  Taken taken;
  Gate gate(DropPolicy::kBlock, 1, taken.give());
  std::atomic<bool> refused{false};
  std::thread source([&] {
    gate.push(numbered(0));
    refused = !gate.push(numbered(1));
  });
  while (gate.counts().waiting < 1) std::this_thread::yield();
  gate.close();
  source.join();
  CHECK(refused.load());
  gate.credit(5);
  CHECK_EQ(taken.numbers.size(), 0u);
  CHECK_EQ(gate.counts().dropped_closed, 1u);
}

TEST(the_end_comes_after_what_waits) {
  Taken taken;
  Gate gate(DropPolicy::kBlock, 4, taken.give());
  gate.push(numbered(0));
  gate.push(numbered(1));
  gate.finish([&] { taken.numbers.push_back(-1); });
  gate.credit(1);
  CHECK_EQ(taken.text(), std::string("0 "));
  gate.credit(1);
  CHECK_EQ(taken.text(), std::string("0 1 -1 "));
}
