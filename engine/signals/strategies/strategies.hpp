// What:     The built strategies, one factory and one information block per file. registry.cpp lists them.
#pragma once

#include "engine/signals/strategy.hpp"

namespace omega {

const StrategyInfo& s01_info() noexcept;
std::unique_ptr<Strategy> make_s01(const StrategySetup& setup);
const StrategyInfo& s02_info() noexcept;
std::unique_ptr<Strategy> make_s02(const StrategySetup& setup);
const StrategyInfo& s03_info() noexcept;  // a filter: see ToxicityFilter
const StrategyInfo& s04_info() noexcept;
std::unique_ptr<Strategy> make_s04(const StrategySetup& setup);
const StrategyInfo& s05_info() noexcept;
std::unique_ptr<Strategy> make_s05(const StrategySetup& setup);
const StrategyInfo& s06_info() noexcept;  // pairs: one object over all instruments
std::unique_ptr<Strategy> make_s06(const StrategySetup& setup);
const StrategyInfo& s07_info() noexcept;
std::unique_ptr<Strategy> make_s07(const StrategySetup& setup);
const StrategyInfo& s08_info() noexcept;
std::unique_ptr<Strategy> make_s08(const StrategySetup& setup);
const StrategyInfo& s09_info() noexcept;
std::unique_ptr<Strategy> make_s09(const StrategySetup& setup);
const StrategyInfo& s10_info() noexcept;
std::unique_ptr<Strategy> make_s10(const StrategySetup& setup);
const StrategyInfo& s11_info() noexcept;
std::unique_ptr<Strategy> make_s11(const StrategySetup& setup);
const StrategyInfo& s12_info() noexcept;
std::unique_ptr<Strategy> make_s12(const StrategySetup& setup);
const StrategyInfo& s13_info() noexcept;
std::unique_ptr<Strategy> make_s13(const StrategySetup& setup);
const StrategyInfo& s14_info() noexcept;
std::unique_ptr<Strategy> make_s14(const StrategySetup& setup);
const StrategyInfo& s15_info() noexcept;
std::unique_ptr<Strategy> make_s15(const StrategySetup& setup);
const StrategyInfo& s16_info() noexcept;
std::unique_ptr<Strategy> make_s16(const StrategySetup& setup);
const StrategyInfo& s17_info() noexcept;  // one object over all instruments
std::unique_ptr<Strategy> make_s17(const StrategySetup& setup);
const StrategyInfo& s18_info() noexcept;
std::unique_ptr<Strategy> make_s18(const StrategySetup& setup);
const StrategyInfo& s19_info() noexcept;
std::unique_ptr<Strategy> make_s19(const StrategySetup& setup);
const StrategyInfo& s20_info() noexcept;
std::unique_ptr<Strategy> make_s20(const StrategySetup& setup);
const StrategyInfo& s21_info() noexcept;
std::unique_ptr<Strategy> make_s21(const StrategySetup& setup);
const StrategyInfo& s22_info() noexcept;
std::unique_ptr<Strategy> make_s22(const StrategySetup& setup);
const StrategyInfo& s23_info() noexcept;
std::unique_ptr<Strategy> make_s23(const StrategySetup& setup);
const StrategyInfo& s24_info() noexcept;
std::unique_ptr<Strategy> make_s24(const StrategySetup& setup);

}  // namespace omega
