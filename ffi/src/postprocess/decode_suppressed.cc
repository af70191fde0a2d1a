#include <cmath>

#include "postprocess/candidates.h"

namespace lineside {

void decode_suppressed(const Values& values, const DetectOptions& options,
                       std::vector<Candidate>& candidates) {
  CandidateSink sink(options, candidates);
  for (int64_t anchor = 0; anchor < values.rows; ++anchor) {
    const float* row = values.data + anchor * 6;
    if (!(row[4] > options.score)) continue;
    const float id = std::nearbyint(row[5]);
    if (!(id >= 0 && id < static_cast<float>(options.classes))) continue;
    sink.add_corners(row[0], row[1], row[2], row[3], row[4], static_cast<int>(id), anchor);
  }
}

}  // namespace lineside
