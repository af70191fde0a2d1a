#include "core/handles.h"

#include "core/error.h"

namespace lineside {
namespace {

constexpr size_t kMaxSlots = 65535;
// Freed slots rest in a queue this long before they are used again, so that a generation lasts.
constexpr size_t kResting = 1024;

ls_handle make(uint16_t slot, uint16_t generation) {
  return static_cast<ls_handle>(generation) << 16 | slot;
}

}  // namespace

ls_handle Handles::take_slot() {
  uint16_t slot;
  if (free_.size() > kResting || (slots_.size() >= kMaxSlots && !free_.empty())) {
    slot = free_.front();
    free_.pop_front();
  } else if (slots_.size() < kMaxSlots) {
    slot = static_cast<uint16_t>(slots_.size());
    slots_.emplace_back();
  } else {
    throw Error(LS_ERR_INTERNAL, "65535 frames and objects are alive: are frames released?");
  }
  slots_[slot].references = 1;
  return make(slot, slots_[slot].generation);
}

const Handles::Slot* Handles::find(ls_handle handle) const {
  const size_t index = handle & 0xFFFF;
  if (index >= slots_.size()) return nullptr;
  const Slot& slot = slots_[index];
  return slot.references > 0 && slot.generation == handle >> 16 ? &slot : nullptr;
}

Handles::Slot* Handles::find(ls_handle handle) {
  return const_cast<Slot*>(static_cast<const Handles*>(this)->find(handle));
}

void Handles::free_slot(ls_handle handle) {
  Slot& slot = slots_[handle & 0xFFFF];
  slot.references = 0;
  if (++slot.generation == 0) slot.generation = 1;  // so that no handle is 0
  free_.push_back(static_cast<uint16_t>(handle & 0xFFFF));
}

ls_handle Handles::add(FramePtr frame) {
  std::lock_guard lock(mutex_);
  const ls_handle handle = take_slot();
  slots_[handle & 0xFFFF].frame = std::move(frame);
  ++frames_;
  return handle;
}

ls_handle Handles::add(std::shared_ptr<Object> object) {
  std::lock_guard lock(mutex_);
  const ls_handle handle = take_slot();
  slots_[handle & 0xFFFF].object = std::move(object);
  return handle;
}

FramePtr Handles::frame(ls_handle handle) const {
  std::lock_guard lock(mutex_);
  const Slot* slot = find(handle);
  return slot ? slot->frame : nullptr;
}

bool Handles::retain(ls_handle handle) {
  std::lock_guard lock(mutex_);
  Slot* slot = find(handle);
  if (!slot || !slot->frame) return false;
  ++slot->references;
  return true;
}

bool Handles::release(ls_handle handle) {
  FramePtr last;  // freed after the lock: a frame's memory may go back to a pool of GStreamer's
  std::lock_guard lock(mutex_);
  Slot* slot = find(handle);
  if (!slot || !slot->frame) return false;
  if (--slot->references == 0) {
    last = std::move(slot->frame);
    slot->frame = nullptr;
    --frames_;
    free_slot(handle);
  }
  return true;
}

std::shared_ptr<Object> Handles::object(ls_handle handle) const {
  std::lock_guard lock(mutex_);
  const Slot* slot = find(handle);
  return slot ? slot->object : nullptr;
}

std::shared_ptr<Object> Handles::remove_object(ls_handle handle) {
  std::lock_guard lock(mutex_);
  Slot* slot = find(handle);
  if (!slot || !slot->object) return nullptr;
  auto object = std::move(slot->object);
  slot->object = nullptr;
  free_slot(handle);
  return object;
}

std::vector<std::shared_ptr<Object>> Handles::objects() const {
  std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<Object>> objects;
  for (const Slot& slot : slots_) {
    if (slot.object) objects.push_back(slot.object);
  }
  return objects;
}

uint32_t Handles::live_frames() const {
  std::lock_guard lock(mutex_);
  return frames_;
}

uint32_t Handles::clear_frames() {
  std::vector<FramePtr> dropped;
  std::lock_guard lock(mutex_);
  for (size_t index = 0; index < slots_.size(); ++index) {
    Slot& slot = slots_[index];
    if (!slot.frame) continue;
    dropped.push_back(std::move(slot.frame));
    slot.frame = nullptr;
    free_slot(make(static_cast<uint16_t>(index), slot.generation));
  }
  frames_ = 0;
  return static_cast<uint32_t>(dropped.size());
}

}  // namespace lineside
