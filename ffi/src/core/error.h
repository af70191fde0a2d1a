// Failures inside the library, and how they leave it: as a status and a message, never as a throw.
#pragma once

#include <stdexcept>
#include <string>

#include "lineside.h"

namespace lineside {

class Error : public std::runtime_error {
 public:
  Error(ls_status status, const std::string& message)
      : std::runtime_error(message), status_(status) {}
  ls_status status() const { return status_; }

 private:
  ls_status status_;
};

// Writes into *error, if there is one, and returns `status`.
int32_t report(ls_error* error, ls_status status, const char* message);

// The failure that is being handled, for use inside catch (...).
struct Failure {
  ls_status status;
  std::string message;
};
Failure current_failure();

// Runs the body of an entry point: whatever it throws is reported and becomes its result.
template <typename Body>
int32_t guarded(ls_error* error, Body&& body) noexcept {
  try {
    body();
    return LS_OK;
  } catch (...) {
    try {
      const Failure failure = current_failure();
      return report(error, failure.status, failure.message.c_str());
    } catch (...) {
      return report(error, LS_ERR_INTERNAL, "out of memory");
    }
  }
}

}  // namespace lineside
