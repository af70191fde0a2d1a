// Reads a JSON configuration: each key is asked for by name and type; finish() rejects the others.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace lineside {

// Every reader throws Error(LS_ERR_CONFIG) that names the key, what was found and what is expected.
class Config {
 public:
  // `what` opens each message: "source", "chain.letterbox".
  Config(const char* text, std::string what);
  Config(nlohmann::json value, std::string what);

  bool has(const char* key);            // present and not null
  std::string string(const char* key);  // required
  std::string string(const char* key, const std::string& fallback);
  double number(const char* key, double fallback, double low, double high);
  int64_t integer(const char* key, int64_t fallback, int64_t low, int64_t high);
  bool boolean(const char* key, bool fallback);
  // Index into `names`.
  int choice(const char* key, int fallback, const std::vector<std::string>& names);
  std::vector<double> numbers(const char* key, std::vector<double> fallback);
  std::optional<Config> child(const char* key);

  // Throws for keys nobody asked for, naming the nearest one that exists.
  void finish() const;

  [[noreturn]] void fail(const std::string& key, const std::string& problem) const;
  const nlohmann::json& value() const { return value_; }

 private:
  const nlohmann::json* find(const char* key);

  nlohmann::json value_;
  std::string what_;
  std::vector<std::string> known_;
};

// The one of `names` that `word` most probably means; empty if none is near.
std::string nearest(const std::string& word, const std::vector<std::string>& names);

}  // namespace lineside
