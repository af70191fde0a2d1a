#include "core/config.h"

#include <algorithm>
#include <numeric>
#include <sstream>

#include "core/error.h"

namespace lineside {
namespace {

using nlohmann::json;

std::string shown(const json& value) {
  std::string text = value.dump(-1, ' ', false, json::error_handler_t::replace);
  if (text.size() > 80) text = text.substr(0, 77) + "...";
  return text;
}

std::string shown(double value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

// Levenshtein's distance, one row at a time.
size_t distance(const std::string& a, const std::string& b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t corner = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, corner + (a[i - 1] == b[j - 1] ? 0 : 1)});
      corner = above;
    }
  }
  return row[b.size()];
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " or " : ", ";
    text += '"' + names[i] + '"';
  }
  return text;
}

}  // namespace

std::string nearest(const std::string& word, const std::vector<std::string>& names) {
  std::string best;
  size_t least = std::max<size_t>(2, word.size() / 3) + 1;
  for (const auto& name : names) {
    // What one begins with the other means more than letters do: batchSize is batch.
    const size_t shorter = std::min(word.size(), name.size());
    const bool begins = shorter >= 3 && word.compare(0, shorter, name, 0, shorter) == 0;
    const size_t far = begins ? 1 : distance(word, name);
    if (far < least && far < name.size()) {
      least = far;
      best = name;
    }
  }
  return best;
}

Config::Config(const char* text, std::string what) : what_(std::move(what)) {
  if (!text) throw Error(LS_ERR_ARGUMENT, what_ + ": the configuration is a null pointer");
  try {
    value_ = json::parse(text);
  } catch (const json::exception& error) {
    throw Error(LS_ERR_CONFIG, what_ + ": the configuration is no JSON: " + error.what());
  }
  if (!value_.is_object()) {
    throw Error(LS_ERR_CONFIG, what_ + ": expected a JSON object, found " + shown(value_));
  }
}

Config::Config(json value, std::string what) : value_(std::move(value)), what_(std::move(what)) {
  if (!value_.is_object()) {
    throw Error(LS_ERR_CONFIG, what_ + ": expected a JSON object, found " + shown(value_));
  }
}

void Config::fail(const std::string& key, const std::string& problem) const {
  throw Error(LS_ERR_CONFIG, what_ + "." + key + ": " + problem);
}

const json* Config::find(const char* key) {
  if (std::find(known_.begin(), known_.end(), key) == known_.end()) known_.push_back(key);
  const auto it = value_.find(key);
  return it == value_.end() || it->is_null() ? nullptr : &*it;
}

bool Config::has(const char* key) { return find(key) != nullptr; }

std::string Config::string(const char* key) {
  if (!has(key)) fail(key, "is missing: expected a string");
  return string(key, "");
}

std::string Config::string(const char* key, const std::string& fallback) {
  const json* value = find(key);
  if (!value) return fallback;
  if (!value->is_string()) fail(key, "expected a string, found " + shown(*value));
  return value->get<std::string>();
}

double Config::number(const char* key, double fallback, double low, double high) {
  const json* value = find(key);
  if (!value) return fallback;
  const std::string expected = "expected a number from " + shown(low) + " to " + shown(high);
  if (!value->is_number()) fail(key, expected + ", found " + shown(*value));
  const double result = value->get<double>();
  if (!(result >= low && result <= high)) fail(key, expected + ", found " + shown(*value));
  return result;
}

int64_t Config::integer(const char* key, int64_t fallback, int64_t low, int64_t high) {
  const json* value = find(key);
  if (!value) return fallback;
  const std::string expected =
      "expected a whole number from " + std::to_string(low) + " to " + std::to_string(high);
  // JavaScript writes 8.0 as 8, but other callers may not.
  if (!value->is_number()) fail(key, expected + ", found " + shown(*value));
  const double result = value->get<double>();
  if (!(result >= static_cast<double>(low) && result <= static_cast<double>(high)) ||
      result != static_cast<double>(static_cast<int64_t>(result))) {
    fail(key, expected + ", found " + shown(*value));
  }
  return static_cast<int64_t>(result);
}

bool Config::boolean(const char* key, bool fallback) {
  const json* value = find(key);
  if (!value) return fallback;
  if (!value->is_boolean()) fail(key, "expected true or false, found " + shown(*value));
  return value->get<bool>();
}

int Config::choice(const char* key, int fallback, const std::vector<std::string>& names) {
  const json* value = find(key);
  if (!value) return fallback;
  if (!value->is_string()) fail(key, "expected " + joined(names) + ", found " + shown(*value));
  const std::string found = value->get<std::string>();
  const auto it = std::find(names.begin(), names.end(), found);
  if (it != names.end()) return static_cast<int>(it - names.begin());
  const std::string guess = nearest(found, names);
  fail(key, "expected " + joined(names) + ", found " + shown(*value) +
                (guess.empty() ? "" : ": did you mean \"" + guess + "\"?"));
}

std::vector<double> Config::numbers(const char* key, std::vector<double> fallback) {
  const json* value = find(key);
  if (!value) return fallback;
  if (!value->is_array()) fail(key, "expected a list of numbers, found " + shown(*value));
  std::vector<double> numbers;
  for (const json& item : *value) {
    if (!item.is_number()) fail(key, "expected a list of numbers, found " + shown(item) + " in it");
    numbers.push_back(item.get<double>());
  }
  return numbers;
}

std::optional<Config> Config::child(const char* key) {
  const json* value = find(key);
  if (!value) return std::nullopt;
  return Config(*value, what_ + "." + key);
}

void Config::finish() const {
  for (const auto& item : value_.items()) {
    if (std::find(known_.begin(), known_.end(), item.key()) != known_.end()) continue;
    const std::string guess = nearest(item.key(), known_);
    fail(item.key(), guess.empty() ? "there is no such key: expected one of " + joined(known_)
                                   : "there is no such key: did you mean \"" + guess + "\"?");
  }
}

}  // namespace lineside
