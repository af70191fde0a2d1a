// A runtime as a program outside would use it, through the C ABI.
#pragma once

#include <deque>
#include <stdexcept>
#include <string>
#include <vector>

#include "check.h"
#include "lineside.h"

namespace lineside::test {

struct Event {
  ls_completion head{};
  std::string payload;

  std::vector<ls_detection> detections() const {
    std::vector<ls_detection> list(payload.size() / sizeof(ls_detection));
    if (!list.empty()) std::memcpy(list.data(), payload.data(), payload.size());
    return list;
  }
};

class Fixture {
 public:
  explicit Fixture(const std::string& config = {}) {
    ls_error error{};
    const std::string text =
        config.empty() ? "{\"threads\": 2, \"backendPath\": \"" + backends() + "\"}" : config;
    if (ls_runtime_create(text.c_str(), &runtime_, &error) != LS_OK) {
      throw std::runtime_error(error.message);
    }
  }
  ~Fixture() { CHECK_EQ(destroy(), 0u); }

  static std::string backends() {
    return std::string(LINESIDE_ROOT) + "/ffi/build-test/" LINESIDE_VARIANT;
  }

  // Frames that were still held.
  uint32_t destroy() {
    if (!runtime_) return 0;
    for (const Event& event : events_) {
      if (event.head.frame) ls_frame_release(runtime_, event.head.frame);
    }
    const uint32_t leaked = ls_runtime_destroy(runtime_);
    runtime_ = nullptr;
    return leaked;
  }

  operator ls_runtime*() const { return runtime_; }

  // The next completion; one of kind 0 if none comes in time.
  Event next(double timeout = 60) {
    const double end = ls_now() + timeout;
    while (events_.empty() && ls_now() < end) {
      ls_wait(runtime_, end - ls_now());
      ls_completion heads[16];
      uint32_t needed = 0;
      const uint32_t count = ls_take(runtime_, heads, 16, payload_.data(),
                                     static_cast<uint32_t>(payload_.size()), &needed);
      if (needed > 0) payload_.resize(needed);
      for (uint32_t i = 0; i < count; ++i) {
        events_.push_back(
            {heads[i], payload_.substr(heads[i].payload_offset, heads[i].payload_size)});
      }
    }
    if (events_.empty()) return {};
    Event event = std::move(events_.front());
    events_.pop_front();
    return event;
  }

  ls_handle frame(uint32_t format, uint32_t width, uint32_t height,
                  const std::vector<uint8_t>& data, double number = 0) {
    ls_handle handle = 0;
    ls_error error{};
    if (ls_frame_create(runtime_, format, width, height, data.data(), data.size(), number / 30,
                        number, &handle, &error) != LS_OK) {
      throw std::runtime_error(error.message);
    }
    return handle;
  }

  // A grey I420 picture.
  ls_handle blank(uint32_t width, uint32_t height, double number = 0) {
    const size_t size = size_t{width} * height + 2 * size_t{(width + 1) / 2} * ((height + 1) / 2);
    return frame(LS_I420, width, height, std::vector<uint8_t>(size, 128), number);
  }

  // Opens an engine and waits: its LS_OPENED or LS_FAILED. `more` is appended to its configuration.
  Event engine(const std::string& model, const std::string& more, ls_handle* out) {
    ls_error error{};
    const std::string config = "{\"model\": \"" + model + "\"" + more + "}";
    if (ls_engine_open(runtime_, config.c_str(), out, &error) != LS_OK) {
      throw std::runtime_error(error.message);
    }
    return next();
  }

  // A chain; `config` may hold one % for an engine's handle. 0 and *message on error.
  ls_handle chain(std::string config, ls_handle engine = 0, std::string* message = nullptr) {
    const size_t place = config.find('%');
    if (place != std::string::npos) config.replace(place, 1, std::to_string(engine));
    ls_handle handle = 0;
    ls_error error{};
    const int32_t status = ls_chain_create(runtime_, config.c_str(), &handle, &error);
    if (message) *message = status == LS_OK ? "" : error.message;
    if (status != LS_OK && !message) throw std::runtime_error(error.message);
    return handle;
  }

  // Submits and waits for the answer. Its frame is the caller's.
  Event through(ls_handle chain, ls_handle frame) {
    CHECK_EQ(ls_chain_submit(runtime_, chain, frame, 77), LS_OK);
    const Event event = next();
    CHECK_EQ(event.head.kind, LS_DONE);
    CHECK_EQ(event.head.token, 77u);
    CHECK_EQ(event.head.object, chain);
    return event;
  }

 private:
  ls_runtime* runtime_ = nullptr;
  std::string payload_ = std::string(1 << 16, 0);
  std::deque<Event> events_;
};

}  // namespace lineside::test
