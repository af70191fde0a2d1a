#include "media/picture_pool.h"

#include <deque>
#include <mutex>
#include <utility>

#include "core/memory.h"

namespace lineside {
namespace {

constexpr size_t kKept = 8;

struct Blocks {
  std::mutex mutex;
  std::deque<std::pair<size_t, std::shared_ptr<void>>> free;  // newest first
};

}  // namespace

std::shared_ptr<void> pooled_memory(size_t bytes) {
  // Shared, so that frames may outlive the static at exit.
  static const auto blocks = std::make_shared<Blocks>();
  std::shared_ptr<void> block;
  {
    std::lock_guard<std::mutex> lock(blocks->mutex);
    for (auto it = blocks->free.begin(); it != blocks->free.end(); ++it) {
      if (it->first != bytes) continue;
      block = std::move(it->second);
      blocks->free.erase(it);
      break;
    }
  }
  if (!block) block = allocate(bytes);
  void* const memory = block.get();
  return {memory, [bytes, block = std::move(block), home = blocks](void*) mutable {
            std::shared_ptr<void> oldest;  // freed after the lock
            std::lock_guard<std::mutex> lock(home->mutex);
            home->free.emplace_front(bytes, std::move(block));
            if (home->free.size() <= kKept) return;
            oldest = std::move(home->free.back().second);
            home->free.pop_back();
          }};
}

}  // namespace lineside
