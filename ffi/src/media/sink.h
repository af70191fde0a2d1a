// What takes frames. api_sink.cc picks the kind by the configuration's "kind".
#pragma once

#include <memory>

#include "core/config.h"
#include "core/object.h"
#include "core/runtime.h"

namespace lineside {

// A frame handed to a sink: its reference belongs to the sink until the answer.
struct Pushed {
  ls_handle handle = 0;
  FramePtr frame;
  uint32_t token = 0;
};

class Sink : public Object {
 public:
  using Object::Object;
  const char* kind() const override { return "sink"; }

  // Called once, after Runtime::add: begins to open and returns. opened() or failed() follows.
  virtual void start() = 0;

  // ls_sink_push. Takes the frame, or throws Error and leaves it.
  virtual void push(Pushed pushed) = 0;

 protected:
  void answer(Pushed pushed, ls_status status = LS_OK, std::string message = {}) {
    Answer answer;
    answer.object = handle();
    answer.token = pushed.token;
    answer.frame = pushed.handle;
    answer.picture = std::move(pushed.frame);
    answer.status = status;
    answer.payload = std::move(message);
    runtime().done(std::move(answer));
  }
};

// Throws Error(LS_ERR_CONFIG) for a kind there is not.
std::shared_ptr<Sink> make_sink(Runtime& runtime, const char* config);

}  // namespace lineside
