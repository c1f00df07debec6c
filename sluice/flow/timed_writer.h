// A writer whose time counts as the write stage's.
#pragma once

#include <memory>

#include "sluice/connector/stream.h"
#include "sluice/flow/stage_clock.h"

namespace sluice::flow {

class TimedWriter final : public BatchWriter {
 public:
  TimedWriter(std::unique_ptr<BatchWriter> inner, StageClock& clock)
      : inner_(std::move(inner)), clock_(clock) {}

  Result<std::optional<Position>> Resume(const Position& logged) override {
    return inner_->Resume(logged);
  }
  bool may_refuse() const override { return inner_->may_refuse(); }
  Result<Progress> Write(const Batch& batch) override {
    return clock_.Time(Stage::kWrite, [&] { return inner_->Write(batch); });
  }
  Result<Progress> Flush() override {
    return clock_.Time(Stage::kWrite, [&] { return inner_->Flush(); });
  }
  Result<Progress> Finish() override {
    return clock_.Time(Stage::kWrite, [&] { return inner_->Finish(); });
  }
  void Abandon() override { inner_->Abandon(); }

 private:
  std::unique_ptr<BatchWriter> inner_;
  StageClock& clock_;
};

}  // namespace sluice::flow
