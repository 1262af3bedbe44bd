"""Names of people and places as newspapers spell them, one name a line: what variants are measured on.

The lines of `TUNED` were looked at when costs and limits were set, those of `HELD_OUT` were not.
"""

from __future__ import annotations

TUNED = """
Gaddafi Qaddafi Kadhafi Khadafy Kadafi Gadhafi Qadhafi Каддафи القذافي
Zelensky Zelenskyy Zelenskiy Zelenskyi Selenskyj Зеленский Зеленський
Khrushchev Krushchev Khrushchov Chruschtschow Хрущёв
Mohammed Muhammad Mohamed Mohammad Muhammed Mohamad محمد
Hussein Husayn Husain Hossein Hussain حسين
Netanyahu Netanjahu Нетаньяху
Yeltsin Jelzin Eltsin Ельцин
Gorbachev Gorbatschow Gorbachov Gorbatchev Горбачёв
Putin Poutine Путин Путін
Khomeini Khomeiny Khomeyni Хомейни خميني
Ahmadinejad Ahmedinejad Ahmadinezhad Ахмадинежад
Milosevic Milosevich Miloshevich Milošević Милошевич
Tymoshenko Timoshenko Timoschenko Тимошенко
Yanukovych Yanukovich Janukowitsch Ianoukovitch Янукович
Lukashenko Loukachenko Lukaschenko Лукашенко
Erdogan Erdoğan Эрдоган
Hezbollah Hizbollah Hizbullah Hezbullah
Zawahiri Zawahri Dhawahiri ظواهري
Nusra Nousra نصرة
Benghazi Bengazi Banghazi بنغازي
Homs Hims Хомс حمص
Raqqa Raqqah Rakka Raqa رقة
Idlib Edlib Идлиб ادلب
Luhansk Lugansk Louhansk Луганск Луганськ
Chernihiv Chernigov Tschernihiw Чернигов
Tchaikovsky Chaikovsky Tschaikowski Чайковский
Dostoevsky Dostoyevsky Dostojewski Dostoievski Достоевский
Solzhenitsyn Soljenitsyne Solschenizyn Солженицын
Arafat Arafaat Арафат عرفات
Mubarak Moubarak Мубарак مبارك
Nasser Naser Nassir ناصر
Mursi Morsi Morsy مرسي
Yusuf Yousef Youssef Yusef Yousuf يوسف
Usama Osama Oussama Усама
"""

HELD_OUT = """
Medvedev Medvedyev Medwedew Медведев
Poroshenko Poroschenko Porochenko Порошенко
Brezhnev Breschnew Brejnev Брежнев
Chekhov Tchekhov Tschechow Chekov Чехов
Tolstoy Tolstoi Tolstoj Толстой
Rachmaninoff Rachmaninov Rakhmaninov Rachmaninow Рахманинов
Shostakovich Chostakovitch Schostakowitsch Shostakovitch Шостакович
Prokofiev Prokofyev Prokofjew Прокофьев
Navalny Navalnyy Nawalny Навальный
Kadyrov Kadirov Kadyrow Кадыров
Saakashvili Sakashvili Saakaschwili Саакашвили
Karadzic Karadzich Karadžić Караджич
Abdullah Abdallah Abdulla Abdoullah عبدالله
Ibrahim Ibraheem Ebrahim Ибрагим ابراهيم
Rouhani Rohani Ruhani Роухани روحاني
Khamenei Khameneï Chamenei Хаменеи خامنئي
Soleimani Suleimani Sulaimani Soleymani Сулеймани سليماني
Khashoggi Kashoggi Khashoqji Хашогги خاشقجي
Assad Asad Асад
Maliki Malki المالكي
Sistani Seestani السيستاني
Karzai Karzay Карзай
Massoud Masood Masud Масуд مسعود
Aleppo Alepo Алеппо
Latakia Lattakia Ladhakia Латакия
Fallujah Falluja Faluja فلوجة
Mosul Mossul Mosoul Мосул موصل
Kirkuk Kirkouk Kerkuk Киркук كركوك
Kandahar Qandahar Qandehar Кандагар
Kharkiv Kharkov Charkiw Charkow Харків Харьков
Mykolaiv Mykolayiv Mikolaiv Миколаїв
Zaporizhzhia Zaporizhia Zaporizhzhya Saporischschja Запоріжжя
Kherson Cherson Херсон
Tehran Teheran Téhéran Тегеран
Jeddah Jedda Djeddah Jidda جدة
Riyadh Riyad Riad رياض
Sanaa Sana'a صنعاء
Chechnya Tchetchnya Chechnia Чечня
"""

DISTRACTORS = """
London Lyndon Landon Linden Paris Parish Peres Barris Perez Boris Morris Norris Texas Tokyo Hassan Hasan Houston Austin
Reagan Regan Rogan Wagner Weber Miller Muller Mahler Meyer Moore Murray Martin Merton Morton Milton Melton Dalton Walton
Putnam Patten Patton Petain Boutin Bouton Benson Hanson Hansen Jensen Johnson Jansen Larsen Larson Lawson Nelson Nixon
Kennedy Canada Granada Kinnock Kohl Kiel Cole Cali Chile Kabul Cabell Capel Havel Hegel Haifa Khalifa Jaffa Geneva Genoa
Kenya Guinea Ghana Guyana Gambia Cambodia Zambia Serbia Siberia Arabia Brazil Berlin Merlin Marlin Dublin Lublin Bremen
Brandt Brand Brent Trent Turner Tanner Tenner Dayton Denton Sutton Hilton Helton Holden Walden Weldon Malden Madden
Sudan Sedan Sweden Soden Iran Iraq Warren Verona Vienna Havana Lebanon Albania Armenia Romania Ramona Monaco Munich
Michael Mitchell Marshall Russell Roswell Rosales Morales Mariel Murillo Marcos Markos Marks Marx Merck Mexico Morocco
Moscow Mascot Muscat Damascus Thomas Tamás Adams Edwards Richards Roberts Robertson Robinson Robson Gibson Gabon Cuban
Baghdadi Bahrain Behring Nairobi Narita Norway Hamas Hamad Hamid Humaid Ahmed Ahmad Hama Oman Amman Yemen Yemeni
"""


def read_groups(table: str) -> list[list[str]]:
    """The spellings of each name."""
    return [line.split() for line in table.split("\n") if line]
