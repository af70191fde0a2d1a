#include "observe/observer.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/config.h"
#include "core/memory.h"
#include "core/runtime.h"

namespace lineside {
namespace {

bool is_real(const Tensor& tensor) {
  return tensor.type == ElementType::kF32 || tensor.type == ElementType::kF16 ||
         tensor.type == ElementType::kBf16;
}

}  // namespace

ObserverOptions parse_observer_options(const char* config) {
  Config reader(config, "observer");
  ObserverOptions options;
  if (!reader.has("tensors")) reader.fail("tensors", "is missing: expected a list of indices");
  for (double number : reader.numbers("tensors", {})) {
    const auto index = static_cast<uint32_t>(std::clamp(number, 0.0, 65535.0));
    if (index != number) {
      reader.fail("tensors",
                  "expected whole numbers from 0 to 65535, found " + nlohmann::json(number).dump());
    }
    const auto& known = options.tensors;
    if (std::find(known.begin(), known.end(), index) != known.end()) {
      reader.fail("tensors", "has " + std::to_string(index) + " twice");
    }
    options.tensors.push_back(index);
  }
  if (options.tensors.empty()) reader.fail("tensors", "expected at least one index, found none");
  options.bins = static_cast<int>(reader.integer("bins", 4096, 64, 65536));
  if ((options.bins & (options.bins - 1)) != 0) {
    reader.fail("bins", "expected a power of two, found " + std::to_string(options.bins));
  }
  options.channels = reader.boolean("channels", false);
  options.channels_last = reader.choice("layout", 0, {"NCHW", "NHWC"}) == 1;
  reader.finish();
  return options;
}

Observer::Observer(Runtime& runtime, ObserverOptions options)
    : Object(runtime), options_(std::move(options)) {
  for (uint32_t index : options_.tensors) {
    places_.push_back(std::make_unique<Place>(options_.bins, index));
  }
}

void Observer::submit(ls_handle frame, uint32_t token) {
  auto job = std::make_shared<Job>();
  job->frame = runtime().take_frame(frame);
  job->handle = frame;
  job->token = token;
  job->failure = check(job->frame->tensors);
  const bool fits = job->failure.status == LS_OK;
  const int workers =
      fits ? std::min(runtime().pool().threads(), static_cast<int>(places_.size())) : 1;
  if (!fits) job->next = places_.size();
  job->working = workers;
  begin();
  const auto self = std::static_pointer_cast<Observer>(shared_from_this());
  for (int i = 0; i < workers; ++i) {
    runtime().pool().post([self, job] { self->work(*job); });
  }
}

void Observer::observe(const std::vector<Tensor>& tensors) {
  begin();
  try {
    const Failure failure = check(tensors);
    if (failure.status != LS_OK) throw Error(failure.status, failure.message);
    std::atomic<size_t> next{0};
    count(tensors, next);
  } catch (...) {
    end(false);
    throw;
  }
  end(true);
}

void Observer::begin() {
  std::lock_guard lock(mutex_);
  if (closing_) throw Error(LS_ERR_CLOSED, "the observer is closing");
  ++in_flight_;
  ++submitted_;
}

void Observer::end(bool counted) {
  std::unique_lock lock(mutex_);
  ++(counted ? done_ : failed_);
  const bool last = --in_flight_ == 0 && closing_;
  lock.unlock();
  if (last) runtime().closed(*this);
}

// What is wrong with a frame's tensors, before any of them is counted.
Failure Observer::check(const std::vector<Tensor>& tensors) {
  const auto refused = [](size_t index, const std::string& why) {
    return Failure{LS_ERR_FORMAT, "tensor " + std::to_string(index) + why};
  };
  for (const auto& place : places_) {
    if (place->tensor >= tensors.size()) {
      return refused(place->tensor, " is to be observed, but the frame has " +
                                        std::to_string(tensors.size()) + " tensors");
    }
    if (const Tensor& tensor = tensors[place->tensor]; !is_real(tensor)) {
      return refused(place->tensor, " (" + tensor.name + ") is not of f32, f16 or bf16");
    }
  }
  if (!options_.channels) return {LS_OK, {}};
  std::lock_guard lock(mutex_);
  for (const auto& place : places_) {
    const Tensor& tensor = tensors[place->tensor];
    std::lock_guard held(place->mutex);
    if (!shaped_) place->tally.clear(channel_count(tensor));
    if (const size_t known = place->tally.channels.size(); known != channel_count(tensor)) {
      return refused(place->tensor, " (" + tensor.name + ") is " + shape_text(tensor.shape) +
                                        ", but had " + std::to_string(known) +
                                        " channels in the first frame");
    }
  }
  shaped_ = true;
  return {LS_OK, {}};
}

bool Observer::channels_last(const Tensor& tensor) const {
  return options_.channels_last && tensor.shape.size() == 4;
}

size_t Observer::channel_count(const Tensor& tensor) const {
  if (tensor.shape.size() < 2) return 1;
  return static_cast<size_t>(channels_last(tensor) ? tensor.shape.back() : tensor.shape[1]);
}

void Observer::count(const std::vector<Tensor>& tensors, std::atomic<size_t>& next) {
  std::unique_ptr<Tally> tally;
  {
    std::lock_guard lock(mutex_);
    if (!spare_.empty()) {
      tally = std::move(spare_.back());
      spare_.pop_back();
    }
  }
  for (size_t i; (i = next.fetch_add(1)) < places_.size();) {
    if (!tally) tally = std::make_unique<Tally>(options_.bins);
    Place& place = *places_[i];
    const Tensor& tensor = tensors[place.tensor];
    tally->clear(options_.channels ? channel_count(tensor) : 0);
    tally->add(tensor, channels_last(tensor));
    std::lock_guard lock(place.mutex);
    place.tally.merge(*tally);
  }
  if (!tally) return;
  std::lock_guard lock(mutex_);
  spare_.push_back(std::move(tally));
}

void Observer::work(Job& job) {
  try {
    count(job.frame->tensors, job.next);
  } catch (...) {
    std::lock_guard lock(mutex_);
    job.failure = current_failure();
  }
  if (job.working.fetch_sub(1) == 1) answer(job);
}

void Observer::answer(Job& job) {
  const bool counted = job.failure.status == LS_OK;
  Answer answer;
  answer.object = handle();
  answer.token = job.token;
  answer.frame = job.handle;
  answer.picture = std::move(job.frame);
  answer.status = job.failure.status;
  answer.payload = std::move(job.failure.message);
  runtime().done(std::move(answer));
  end(counted);
}

Observer::Place& Observer::place(uint32_t index) {
  if (index < places_.size()) return *places_[index];
  throw Error(LS_ERR_ARGUMENT, "the observer has " + std::to_string(places_.size()) +
                                   " histograms: there is no histogram " + std::to_string(index));
}

void Observer::read(uint32_t index, ls_histogram& out, uint64_t* bins, uint32_t capacity) {
  Place& from = place(index);
  std::lock_guard lock(from.mutex);
  Tally& tally = from.tally;
  const auto& counts = tally.histogram.bins();
  if (bins && capacity != counts.size()) {
    throw Error(LS_ERR_ARGUMENT, "capacity: expected " + std::to_string(counts.size()) +
                                     " bins, found " + std::to_string(capacity));
  }
  out = {};
  out.count = tally.whole.count;
  out.nans = tally.nans;
  out.infinities = tally.infinities;
  out.sum = tally.whole.sum.value();
  out.sum_absolute = tally.sum_absolute.value();
  out.min = tally.whole.min;
  out.max = tally.whole.max;
  out.exponent = tally.histogram.exponent();
  out.bins = static_cast<uint32_t>(counts.size());
  out.channels = static_cast<uint32_t>(tally.channels.size());
  if (bins) std::copy(counts.begin(), counts.end(), bins);
}

void Observer::read_channels(uint32_t index, ls_channel* out, uint32_t capacity) {
  Place& from = place(index);
  std::lock_guard lock(from.mutex);
  const auto& channels = from.tally.channels;
  if (capacity != channels.size()) {
    throw Error(LS_ERR_ARGUMENT, "capacity: expected " + std::to_string(channels.size()) +
                                     " channels, found " + std::to_string(capacity));
  }
  if (!out && capacity > 0) throw Error(LS_ERR_ARGUMENT, "out is a null pointer");
  for (const Extent& channel : channels) {
    *out++ = {channel.count, channel.sum.value(), channel.min, channel.max};
  }
}

void Observer::close() {
  std::unique_lock lock(mutex_);
  closing_ = true;
  const bool idle = in_flight_ == 0;
  lock.unlock();
  if (idle) runtime().closed(*this);
}

std::string Observer::stats() const {
  std::lock_guard lock(mutex_);
  return nlohmann::json{{"kind", "observer"},      {"tensors", places_.size()},
                        {"submitted", submitted_}, {"done", done_},
                        {"failed", failed_},       {"inFlight", in_flight_}}
      .dump();
}

}  // namespace lineside
