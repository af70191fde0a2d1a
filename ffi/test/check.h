// A test harness in one header. A test is one file, *_test.cc, that includes this one:
//
//   TEST(a_stale_handle_is_refused) {
//     CHECK_EQ(release(handle), LS_OK);
//     CHECK(live == 0);
//   }
//
// A failed check is printed and the test goes on; SKIP leaves it, for what the machine lacks.
// Arguments of the executable are parts of test names: only those tests run.
#pragma once

#include <cmath>
#include <cstdio>
#include <cstring>
#include <exception>
#include <sstream>
#include <string>
#include <type_traits>
#include <vector>

namespace check {

struct Test {
  const char* name;
  void (*run)();
};

struct Skipped {
  std::string reason;
};

inline std::vector<Test>& tests() {
  static std::vector<Test> list;
  return list;
}

inline int& failures() {
  static int count = 0;
  return count;
}

inline bool add(const char* name, void (*run)()) {
  tests().push_back({name, run});
  return true;
}

inline void fail(const char* file, int line, const std::string& what) {
  ++failures();
  std::printf("  %s:%d: %s\n", file, line, what.c_str());
}

template <typename T>
std::string shown(const T& value) {
  std::ostringstream out;
  out.precision(9);
  if constexpr (std::is_enum_v<T>) {
    out << static_cast<long long>(value);
  } else if constexpr (sizeof(T) == 1 && std::is_integral_v<T>) {
    out << static_cast<int>(value);
  } else {
    out << value;
  }
  return out.str();
}

template <typename A, typename B>
void equal(const A& found, const B& expected, const char* text, const char* file, int line) {
  bool same;
  if constexpr (std::is_integral_v<A> && std::is_integral_v<B>) {
    same = static_cast<long long>(found) == static_cast<long long>(expected);
  } else {
    same = found == expected;
  }
  if (!same) {
    fail(file, line, std::string(text) + " is " + shown(found) + ", expected " + shown(expected));
  }
}

inline void near(double found, double expected, double tolerance, const char* text,
                 const char* file, int line) {
  if (!(std::fabs(found - expected) <= tolerance)) {
    fail(file, line,
         std::string(text) + " is " + shown(found) + ", expected " + shown(expected) + " within " +
             shown(tolerance));
  }
}

inline void contains(const std::string& text, const std::string& part, const char* file, int line) {
  if (text.find(part) == std::string::npos) {
    fail(file, line, "\"" + text + "\" does not contain \"" + part + "\"");
  }
}

// A file of the shared test data, by its path under ../shared/data; skips the test without it.
inline std::string shared(const std::string& path) {
  const std::string full = std::string(LINESIDE_ROOT) + "/../shared/data/" + path;
  if (FILE* file = std::fopen(full.c_str(), "rb")) {
    std::fclose(file);
    return full;
  }
  throw Skipped{"../shared/data/" + path + " is not there"};
}

inline int run(int argc, char** argv) {
  int passed = 0, failed = 0, skipped = 0;
  for (const Test& test : tests()) {
    bool wanted = argc < 2;
    for (int i = 1; i < argc; ++i) wanted = wanted || std::strstr(test.name, argv[i]);
    if (!wanted) continue;
    const int before = failures();
    try {
      test.run();
    } catch (const Skipped& skip) {
      ++skipped;
      std::printf("skip: %s: %s\n", test.name, skip.reason.c_str());
      if (failures() == before) continue;
    } catch (const std::exception& error) {
      fail(test.name, 0, std::string("threw ") + error.what());
    }
    const bool good = failures() == before;
    ++(good ? passed : failed);
    std::printf("%s %s\n", good ? "ok" : "FAILED", test.name);
    std::fflush(stdout);
  }
  std::printf("%d passed, %d failed, %d skipped\n", passed, failed, skipped);
  return failed > 0 ? 1 : 0;
}

}  // namespace check

#define TEST(name)                                          \
  static void name();                                       \
  static const bool name##_added = check::add(#name, name); \
  static void name()
#define CHECK(condition) \
  ((condition) ? void() : check::fail(__FILE__, __LINE__, #condition " is false"))
#define CHECK_EQ(found, expected) check::equal(found, expected, #found, __FILE__, __LINE__)
#define CHECK_NEAR(found, expected, tolerance) \
  check::near(found, expected, tolerance, #found, __FILE__, __LINE__)
#define CHECK_CONTAINS(text, part) check::contains(text, part, __FILE__, __LINE__)
#define SKIP(reason) \
  throw check::Skipped { reason }

// Each test is its own program.
int main(int argc, char** argv) { return check::run(argc, argv); }
