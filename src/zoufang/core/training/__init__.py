"""Who is qualified for what, until when; examinations and practice at an imagined door."""

from zoufang.core.training.courses import Course, CourseList
from zoufang.core.training.exams import Asked, Choice, ExamRules, Paper, Question, Result, draw, grade
from zoufang.core.training.qualify import QualificationCheck, TrainingPolicy, qualified
from zoufang.core.training.scenarios import Answer, Played, Scenario, Scene, Situation, best_points, play
from zoufang.core.training.texts import Text

__all__ = [
    "Answer",
    "Asked",
    "Choice",
    "Course",
    "CourseList",
    "ExamRules",
    "Paper",
    "Played",
    "QualificationCheck",
    "Question",
    "Result",
    "Scenario",
    "Scene",
    "Situation",
    "Text",
    "TrainingPolicy",
    "best_points",
    "draw",
    "grade",
    "play",
    "qualified",
]
