// The entry point ls_overlay_submit.
#include "core/c_api.h"
#include "core/error.h"
#include "media/canvas.h"
#include "media/shapes.h"

namespace lineside {
namespace {

// Throws Error(LS_ERR_ARGUMENT) for a kind there is not, or a text that is not within `text_size`.
void check_shapes(const ls_shape* shapes, uint32_t count, uint32_t text_size) {
  for (uint32_t i = 0; i < count; i++) {
    const ls_shape& shape = shapes[i];
    const std::string where = "shape " + std::to_string(i);
    if (shape.kind > LS_LABEL) {
      throw Error(LS_ERR_ARGUMENT, where + " is of kind " + std::to_string(shape.kind) +
                                       ", expected 0 (box) to 3 (label)");
    }
    if (shape.kind == LS_LABEL &&
        static_cast<uint64_t>(shape.text_offset) + shape.text_size > text_size) {
      throw Error(LS_ERR_ARGUMENT, where + " has its text at " + std::to_string(shape.text_offset) +
                                       " + " + std::to_string(shape.text_size) + " of " +
                                       std::to_string(text_size) + " bytes");
    }
  }
}

struct Job {
  ls_handle handle;
  FramePtr frame;
  std::vector<ls_shape> shapes;
  std::string text;
  uint32_t token;
};

void draw(Runtime& runtime, Job& job) {
  Answer answer;
  answer.token = job.token;
  try {
    Canvas canvas(job.frame->picture);
    draw_shapes(canvas, job.shapes, job.text);
    auto drawn = std::make_shared<Frame>();
    drawn->picture = canvas.take();
    drawn->pts = job.frame->pts;
    drawn->captured = job.frame->captured;
    drawn->number = job.frame->number;
    answer.picture = drawn;
    answer.frame = runtime.add(FramePtr(std::move(drawn)));
    runtime.release_frame(job.handle);
  } catch (...) {
    const Failure failure = current_failure();
    answer.frame = job.handle;
    answer.picture = job.frame;
    answer.status = failure.status;
    answer.payload = failure.message;
  }
  runtime.done(std::move(answer));
}

}  // namespace
}  // namespace lineside

using namespace lineside;

int32_t ls_overlay_submit(ls_runtime* runtime, ls_handle frame, const ls_shape* shapes,
                          uint32_t count, const void* text, uint32_t text_size, uint32_t token) {
  return guarded(nullptr, [&] {
    Runtime& owner = runtime_of(runtime);
    if (count != 0) require(shapes, "shapes");
    if (text_size != 0) require(text, "text");
    check_shapes(shapes, count, text_size);
    auto job = std::make_shared<Job>();
    job->handle = frame;
    if (count != 0) job->shapes.assign(shapes, shapes + count);
    if (text_size != 0) job->text.assign(static_cast<const char*>(text), text_size);
    job->token = token;
    job->frame = owner.take_frame(frame);
    owner.pool().post([&owner, job] { draw(owner, *job); });
  });
}
