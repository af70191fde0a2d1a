// For tests that run a model.
#pragma once

#include "chain/backend.h"
#include "core/error.h"
#include "fixture.h"

namespace lineside::test {

// Skips the test where there is no OpenVINO.
inline void need_backend() {
  try {
    load_backend("openvino", Fixture::backends());
  } catch (const Error& error) {
    SKIP(error.what());
  }
}

}  // namespace lineside::test
