"""TF-IDF of our own: the same numbers as scikit-learn's, from a vocabulary that is plain data."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from salary_assets.salary.terms import char_grams, fit_terms, words, words_and_beginnings, words_and_pairs

TEXTS = ["Python разработчик в Москве", "Java разработчик", "python и java, PYTHON", "администратор linux"]


def test_weights_are_those_of_scikit_learn() -> None:
    documents = [words_and_pairs(text) for text in TEXTS]
    ours = fit_terms(documents, unit=True, least=1, most=1000)
    theirs = TfidfVectorizer(analyzer=words_and_pairs, sublinear_tf=True, vocabulary=ours.vocabulary).fit(TEXTS)
    np.testing.assert_allclose(ours.transform(documents).toarray(), theirs.transform(TEXTS).toarray(), rtol=1e-5)


def test_names_with_signs_stay_whole() -> None:
    assert words("C++, C#, Node.js и CI-CD!") == ["c++", "c#", "node.js", "и", "ci-cd"]


def test_yo_and_case_do_not_tell_words_apart() -> None:
    assert words("Стажёр") == words("СТАЖЕР")


def test_pieces_of_a_word_know_where_it_begins_and_ends() -> None:
    assert char_grams("qa") == [" qa", "qa ", " qa "]


def test_unknown_words_weigh_nothing() -> None:
    terms = fit_terms([["python"], ["java"]], unit=True, least=1, most=10)
    assert terms.transform([["cobol"], []]).nnz == 0


def test_rare_terms_are_dropped_and_the_most_frequent_kept() -> None:
    documents = [["a", "b", "c"], ["a", "b"], ["a", "d", "d"]]
    assert fit_terms(documents, unit=False, least=2, most=1).vocabulary == ("a",)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(max_size=80), min_size=1, max_size=8))
def test_rows_of_texts_have_length_one_or_none(texts: list[str]) -> None:
    documents = [words_and_pairs(text) for text in texts]
    matrix = fit_terms(documents, unit=True, least=1, most=500).transform(documents)
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    assert all(abs(length - 1) < 1e-4 or length == 0 for length in lengths)


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=200))
def test_any_text_has_words(text: str) -> None:
    assert all(word and word == word.lower() for word in words(text))


def test_forms_of_one_word_share_its_beginning_and_keep_their_own_words() -> None:
    first, other = words_and_beginnings("Разработка сервиса на C++"), words_and_beginnings("разработкой сервисов")
    assert set(first) & set(other) == {"~разраб", "~сервис"}
    assert first[:4] == ["разработка", "сервиса", "на", "c++"]
    assert first[-4:] == ["~разраб", "~сервис", "~на", "~c++"]
