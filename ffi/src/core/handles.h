// Numbers that stand for frames and objects. A slot's generation changes each time it is freed, so
// that a stale handle is recognized.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "core/frame.h"
#include "core/object.h"

namespace lineside {

class Handles {
 public:
  // Throws Error(LS_ERR_INTERNAL) when 65535 are taken.
  ls_handle add(FramePtr frame);
  ls_handle add(std::shared_ptr<Object> object);

  // Null: no such frame.
  FramePtr frame(ls_handle handle) const;
  bool retain(ls_handle handle);
  bool release(ls_handle handle);

  // Null: no such object.
  std::shared_ptr<Object> object(ls_handle handle) const;
  std::shared_ptr<Object> remove_object(ls_handle handle);

  std::vector<std::shared_ptr<Object>> objects() const;
  uint32_t live_frames() const;
  uint32_t clear_frames();

 private:
  struct Slot {
    uint16_t generation = 1;
    uint32_t references = 0;  // 0: free; objects have 1
    FramePtr frame;
    std::shared_ptr<Object> object;
  };

  ls_handle take_slot();
  const Slot* find(ls_handle handle) const;
  Slot* find(ls_handle handle);
  void free_slot(ls_handle handle);

  mutable std::mutex mutex_;
  std::vector<Slot> slots_;
  std::deque<uint16_t> free_;
  uint32_t frames_ = 0;
};

}  // namespace lineside
