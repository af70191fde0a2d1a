// What gives frames. One kind a file; api_source.cc picks it by the configuration's "kind".
#pragma once

#include <memory>

#include "core/config.h"
#include "core/object.h"
#include "core/runtime.h"

namespace lineside {

class Source : public Object {
 public:
  using Object::Object;
  const char* kind() const override { return "source"; }

  // Called once, after Runtime::add: begins to open and returns. opened() or failed() follows.
  virtual void start() = 0;

  // ls_source_credit.
  virtual void credit(uint32_t frames) = 0;
};

// Reads the options of its kind and finishes the configuration; throws Error(LS_ERR_CONFIG).
using SourceFactory = std::shared_ptr<Source> (*)(Runtime&, Config&);

// Throws Error(LS_ERR_CONFIG) for a kind there is not.
std::shared_ptr<Source> make_source(Runtime& runtime, const char* config);

}  // namespace lineside
