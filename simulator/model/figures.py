"""The figures of a case, formatted for a language, and the texts they are filled into."""

from __future__ import annotations

import math
from calendar import month_name
from collections.abc import Mapping
from datetime import date

from simulator.model.language import Language
from simulator.model.scenario import Scenario, ScenarioFile
from simulator.model.text import PLACEHOLDER

FIGURES = (
    "amount",
    "overdue_amount",
    "overdue_days",
    "penalty",
    "penalty_daily",
    "paid",
    "total",
    "today",
    "oldest_due",
    "oldest_number",
    "creditor",
    "debtor_company",
    "debtor",
    "currency",
)

_CURRENCIES = {
    "CNY": ("元", "yuan"),
    "USD": ("美元", "dollars"),
    "EUR": ("欧元", "euros"),
    "GBP": ("英镑", "pounds"),
    "JPY": ("日元", "yen"),
    "HKD": ("港元", "Hong Kong dollars"),
}


def money(amount: float, currency: str, language: Language) -> str:
    """An amount as it is said: ``86万元``, ``25,026元``, ``860,000 yuan``; rounded to whole units."""
    whole = math.floor(amount + 0.5)
    zh, en = _CURRENCIES.get(currency, (currency, currency))
    if language == "en":
        return f"{whole:,} {en}"
    if whole >= 10_000 and whole % 100 == 0:
        return f"{whole / 10_000:,.2f}".rstrip("0").rstrip(".") + f"万{zh}"
    return f"{whole:,}{zh}"


def day(when: date, language: Language) -> str:
    """A date as it is said: ``3月5日``, ``5 March``."""
    return f"{when.month}月{when.day}日" if language == "zh" else f"{when.day} {month_name[when.month]}"


def open_amount(scenario: Scenario | ScenarioFile) -> float:
    """The open balance over all invoices, in the case's currency."""
    return sum(invoice.open for invoice in scenario.case.invoices)


def figures(scenario: Scenario | ScenarioFile, language: Language) -> dict[str, str]:
    """The figures that this case has, by name; one that cannot be worked out is absent."""
    case = scenario.case
    found: dict[str, str] = {"currency": _CURRENCIES.get(case.currency, (case.currency,) * 2)[language == "en"]}
    if case.creditor:
        found["creditor"] = case.creditor.name.to(language)
    if case.debtor_company:
        found["debtor_company"] = case.debtor_company.name.to(language)
    if scenario.debtor:
        found["debtor"] = scenario.debtor.name.to(language)
    if case.today:
        found["today"] = day(case.today, language)
    if not case.invoices:
        return found
    total = sum(invoice.amount for invoice in case.invoices)
    found["total"] = money(total, case.currency, language)
    found["amount"] = money(open_amount(scenario), case.currency, language)
    found["paid"] = money(total - open_amount(scenario), case.currency, language)
    unpaid = [invoice for invoice in case.invoices if invoice.open > 0]
    if not unpaid:
        return found
    oldest = min(unpaid, key=lambda invoice: invoice.due)
    found["oldest_due"] = day(oldest.due, language)
    found["oldest_number"] = oldest.number
    if case.penalty_per_day is not None:
        found["penalty_daily"] = money(open_amount(scenario) * case.penalty_per_day, case.currency, language)
    if case.today:
        found["overdue_days"] = str(max((case.today - oldest.due).days, 0))
        late = [invoice for invoice in unpaid if invoice.due < case.today]
        found["overdue_amount"] = money(sum(invoice.open for invoice in late), case.currency, language)
        if case.penalty_per_day is not None:
            penalty = sum(invoice.open * (case.today - invoice.due).days for invoice in late) * case.penalty_per_day
            found["penalty"] = money(penalty, case.currency, language)
    return found


def fill(text: str, known: Mapping[str, str]) -> str:
    """``text`` with its placeholders filled in; what is not known stays as it is written."""
    return PLACEHOLDER.sub(lambda match: known.get(match[1], match[0]), text)
