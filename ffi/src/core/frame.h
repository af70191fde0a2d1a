// A frame: one picture on its way through the runtime, with what chains left on it.
#pragma once

#include <memory>
#include <vector>

#include "core/picture.h"
#include "core/tensor.h"
#include "preprocess/letterbox.h"

namespace lineside {

// Immutable once added to a runtime. A derived frame shares its picture with the original.
struct Frame {
  Picture picture;
  double pts = 0;       // seconds, the stream's own time
  double captured = 0;  // ls_now() when the picture left the camera or decoder
  double number = 0;    // index in its source

  std::vector<Tensor> tensors;  // of a derived frame: the letterbox's one, or the outputs
  bool letterboxed = false;     // then the two below say how source and tensor relate
  LetterboxGeometry geometry;
  LetterboxOptions letterbox;
};

using FramePtr = std::shared_ptr<const Frame>;

}  // namespace lineside
