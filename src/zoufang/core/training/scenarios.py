"""Practice at an imagined door: a branching talk in which each answer keeps or breaks rules of conduct."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from zoufang.core.errors import BadInput
from zoufang.core.training.texts import Text


class Situation(StrEnum):
    RESISTANCE = "resistance"  # 抗拒
    GRIEF = "grief"  # 丧亲
    AGGRESSION = "aggression"  # 威胁
    THIRD_PARTY = "third_party"  # 第三人应门
    HARDSHIP = "hardship"  # 困难
    CRISIS = "crisis"  # 轻生迹象


@dataclass(frozen=True, slots=True)
class Answer:
    """What the visitor may say or do. `points`: -2 to 2; `breaks`: rules of conduct that it breaks, by id.

    `ends_it`: no visitor who does this may go, whatever the points.
    """

    text: Text
    leads_to: str
    points: int
    why: Text
    breaks: tuple[str, ...] = ()
    ends_it: bool = False

    def __post_init__(self) -> None:
        if not -2 <= self.points <= 2:
            raise BadInput(f"An answer has -2 to 2 points, not {self.points}. Correct it.")
        if self.ends_it and not self.breaks:
            raise BadInput("An answer that ends the practice must name the rule that it breaks. Add it.")


@dataclass(frozen=True, slots=True)
class Scene:
    """What happens; no answers: the talk is over."""

    code: str
    text: Text
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class Scenario:
    """Scenes by code from `start`; they lead forward only, and at least one way breaks no rule."""

    code: str
    course: str
    situation: Situation
    title: Text
    start: str
    scenes: tuple[Scene, ...]
    pass_mark: int = 80

    def __post_init__(self) -> None:
        scenes = self.by_code
        if len(scenes) != len(self.scenes):
            raise BadInput(f"Scenario {self.code} has two scenes of one name. Rename one.")
        for scene in self.scenes:
            if len(scene.answers) == 1:
                raise BadInput(f"Scenario {self.code}, scene {scene.code}: one answer is no choice. Add another.")
            for answer in scene.answers:
                if answer.leads_to not in scenes:
                    raise BadInput(
                        f"Scenario {self.code}, scene {scene.code}: no scene {answer.leads_to!r}. Add it."
                    )
        if self.start not in scenes:
            raise BadInput(f"Scenario {self.code} starts at {self.start!r}, which it lacks. Correct the start.")
        reached = _reached(self, self.start, ())
        if lost := sorted(set(scenes) - reached):
            raise BadInput(f"Scenario {self.code}: nothing leads to {', '.join(lost)}. Lead there or remove it.")
        if best_points(self) is None:
            raise BadInput(f"Scenario {self.code} has no way without a broken rule. Add one.")

    @property
    def by_code(self) -> Mapping[str, Scene]:
        return {scene.code: scene for scene in self.scenes}


def _reached(scenario: Scenario, code: str, above: tuple[str, ...]) -> set[str]:
    if code in above:
        raise BadInput(f"Scenario {scenario.code} leads back to {code}. Lead forward only.")
    found = {code}
    for answer in scenario.by_code[code].answers:
        found |= _reached(scenario, answer.leads_to, (*above, code))
    return found


def best_points(scenario: Scenario, code: str | None = None) -> int | None:
    """The most that a way from here without a broken rule earns; None where there is no such way."""
    scene = scenario.by_code[code or scenario.start]
    if not scene.answers:
        return 0
    ways = [(a.points, best_points(scenario, a.leads_to)) for a in scene.answers if not a.breaks]
    return max((points + rest for points, rest in ways if rest is not None), default=None)


@dataclass(frozen=True, slots=True)
class Played:
    """Where the talk stands. `score`: points earned of the most that could be had, in whole points of 100."""

    scene: Scene
    given: tuple[Answer, ...]
    score: int
    passed: bool

    @property
    def over(self) -> bool:
        return not self.scene.answers

    @property
    def broken(self) -> tuple[str, ...]:
        """Rules broken on the way, each once."""
        return tuple(dict.fromkeys(rule for answer in self.given for rule in answer.breaks))


def play(scenario: Scenario, picks: Sequence[int]) -> Played:
    """The talk after these choices (by their place in each scene). BadInput: a choice that the scene lacks."""
    given = tuple(_given(scenario, picks))
    scene = scenario.by_code[given[-1].leads_to if given else scenario.start]
    best = best_points(scenario) or 1
    score = max(0, min(100, 100 * sum(answer.points for answer in given) // best))
    clean = not any(answer.ends_it for answer in given)
    return Played(scene, given, score, not scene.answers and clean and score >= scenario.pass_mark)


def _given(scenario: Scenario, picks: Sequence[int]) -> Iterator[Answer]:
    scene = scenario.by_code[scenario.start]
    for step, pick in enumerate(picks, start=1):
        if not 0 <= pick < len(scene.answers):
            raise BadInput(f"Scenario {scenario.code}, step {step}: scene {scene.code} has no answer {pick}.")
        yield scene.answers[pick]
        scene = scenario.by_code[scene.answers[pick].leads_to]
